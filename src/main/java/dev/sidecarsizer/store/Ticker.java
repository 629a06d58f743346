package dev.sidecarsizer.store;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one thing at once and then again and again until it is closed, whatever comes of it. */
final class Ticker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

    private final String name;
    private final Duration pause;
    private final Runnable task;
    private final Thread thread;
    private boolean failing;

    /**
     * @param name of the thread, and in the log
     * @param pause between two times
     */
    Ticker(String name, Duration pause, Runnable task) {
        this.name = name;
        this.pause = pause;
        this.task = task;
        thread = Thread.ofVirtual().name(name).unstarted(this::tick);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void tick() {
        try {
            while (true) {
                once();
                Thread.sleep(pause);
            }
        } catch (InterruptedException closed) {
            LOG.debug("{} is closed", name);
        }
    }

    private void once() {
        try {
            task.run();
            if (failing) {
                failing = false;
                LOG.info("{} goes on", name);
            }
        } catch (KubernetesClientException unanswered) {
            if (fails()) {
                LOG.warn("{} failed, will retry: {}", name, ApiFailure.why(unanswered));
            }
        } catch (RuntimeException ofOurs) {
            if (fails()) {
                LOG.warn("{} failed, will retry", name, ofOurs);
            }
        }
    }

    /** Whether this is the first time in a row, which alone is told. */
    private boolean fails() {
        boolean first = !failing && !thread.isInterrupted();
        failing |= first;
        return first;
    }
}
