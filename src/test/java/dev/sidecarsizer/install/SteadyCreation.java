package dev.sidecarsizer.install;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Creates pods of Deployment {@code reviews} one after the other until it is closed, and remembers when each got what. */
final class SteadyCreation implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long BETWEEN_MS = 10;

    private final List<Created> created = new CopyOnWriteArrayList<>();
    private final Thread thread;

    /**
     * A pod.
     *
     * @param asked when it was asked for, in nanoseconds
     * @param answered when that was answered
     * @param memory of its proxy, {@code request/limit}
     */
    private record Created(long asked, long answered, String memory) {}

    private SteadyCreation(InstalledWebhook webhook, String namespace) {
        thread = Thread.ofVirtual().name("steady-creation").unstarted(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                long asked = System.nanoTime();
                String memory = webhook.pods()
                        .create(namespace, InjectedPod.REVIEWS.json(namespace))
                        .orThrow()
                        .memory();
                created.add(new Created(asked, System.nanoTime(), memory));
                try {
                    Thread.sleep(BETWEEN_MS);
                } catch (InterruptedException enough) {
                    return;
                }
            }
        });
    }

    static SteadyCreation of(InstalledWebhook webhook, String namespace) {
        SteadyCreation creation = new SteadyCreation(webhook, namespace);
        creation.thread.start();
        return creation;
    }

    /** Waits for this many further pods. */
    void awaitMore(int pods) {
        int enough = created.size() + pods;
        Pause.until("pods are created", PATIENCE, () -> created.size() >= enough);
    }

    /** Waits until that long after an instant. */
    void awaitLater(long nanos, Duration later) {
        Pause.until("time passes", PATIENCE, () -> System.nanoTime() - nanos > later.toNanos());
        awaitMore(10);
    }

    /** Time from an instant until the first pod that came with this memory was there. */
    Duration awaitFirst(String memory, long after) {
        Pause.until("a pod has " + memory, PATIENCE, () -> first(memory, after).isPresent());
        return first(memory, after).orElseThrow();
    }

    /** What pods got that were asked for between the two. */
    List<String> between(long after, long before) {
        return created.stream()
                .filter(pod -> pod.asked() > after && pod.asked() < before)
                .map(Created::memory)
                .toList();
    }

    /** What pods got that were asked for since then. */
    List<String> after(long after) {
        return between(after, Long.MAX_VALUE);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Optional<Duration> first(String memory, long after) {
        return created.stream()
                .filter(pod -> pod.asked() > after && pod.memory().equals(memory))
                .map(pod -> Duration.ofNanos(pod.answered() - after))
                .findFirst();
    }
}
