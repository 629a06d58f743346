package dev.sidecarsizer.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Holds readiness back until the caches are synced and warm-up reviews have passed through our own front door. Once open
 * it stays open: what is known of old is better than no webhook at all.
 */
final class Opening implements HealthIndicator, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration TELL = Duration.ofSeconds(10);

    private final Awaited awaited;
    private final WarmUp warmUp;
    private volatile boolean open;
    private volatile @Nullable Thread waiting;

    Opening(Awaited awaited, WarmUp warmUp) {
        this.awaited = awaited;
        this.warmUp = warmUp;
    }

    /**
     * Waits, in a thread of its own.
     *
     * @param opened called when ready
     */
    Thread begin(int port, Runnable opened) {
        Thread thread = Thread.ofVirtual().name("opening").start(() -> {
            try {
                // the reviews warm the code while the caches fill
                warmUp.run(port);
                await();
                open = true;
                opened.run();
            } catch (InterruptedException stopping) {
                LOG.debug("stopped before it was ready");
            }
        });
        waiting = thread;
        return thread;
    }

    /** Waits no longer. */
    @Override
    public void close() {
        Thread thread = waiting;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public Health health() {
        return (open ? Health.up() : Health.outOfService()).build();
    }

    private void await() throws InterruptedException {
        long told = System.nanoTime();
        List<String> missing = awaited.missing();
        while (!missing.isEmpty()) {
            if (System.nanoTime() - told > TELL.toNanos()) {
                told = System.nanoTime();
                LOG.warn("not ready: still waiting to see {}", String.join(", ", missing));
            }
            Thread.sleep(LOOK);
            missing = awaited.missing();
        }
    }
}
