package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.PodName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at who closes all connections: who has begun to does not wait for the next reading. */
final class Glance {

    private static final Logger LOG = LoggerFactory.getLogger(Glance.class);
    private static final Duration BETWEEN = Duration.ofSeconds(5);
    /** What is read then is of all pods. */
    private static final Duration AFTER_NEWS = Duration.ofSeconds(30);

    private final UsageSource source;
    private final Pods pods;
    private final Consumer<Instant> readPresent;

    /** Who closed all connections when that was asked last. */
    private Set<PodName> closing = Set.of();

    /** @param readPresent reads what all pods use */
    Glance(UsageSource source, Pods pods, Consumer<Instant> readPresent) {
        this.source = source;
        this.pods = pods;
        this.readPresent = readPresent;
    }

    /** Waits, and looks meanwhile again and again, for no more than half of the time. */
    void during(Duration pause, InstantSource clock) throws InterruptedException {
        long due = System.nanoTime() + pause.toNanos();
        long between = BETWEEN.toNanos();
        while (due - System.nanoTime() > between) {
            Thread.sleep(Duration.ofNanos(between));
            long begun = System.nanoTime();
            boolean read = look(clock.instant());
            between = Math.max((read ? AFTER_NEWS : BETWEEN).toNanos(), System.nanoTime() - begun);
        }
        Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
    }

    /** Whether somebody has begun to close all connections, so that the present was read. Where it fails, the next reading tells. */
    boolean look(Instant now) {
        Instant since = now.minus(UsageSource.CLOSED_FOR);
        Set<PodName> ours = pods.all().stream()
                .filter(pod -> pod.budgetFor() != null)
                .filter(pod -> !since.isBefore(pod.created()) && !pod.mayHaveHadAnotherLimit(since))
                .map(LivePod::name)
                .collect(Collectors.toSet());
        try {
            ours.retainAll(ours.isEmpty() ? Set.of() : source.closing(now));
            boolean news = !closing.containsAll(ours);
            if (news) {
                readPresent.accept(now);
            }
            closing = ours;
            return news;
        } catch (RuntimeException failure) {
            LOG.debug("who closes all connections is not known", failure);
            return false;
        }
    }
}
