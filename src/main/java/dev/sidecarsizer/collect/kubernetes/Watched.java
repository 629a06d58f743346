package dev.sidecarsizer.collect.kubernetes;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How pods are watched, over all terms of this replica. */
public final class Watched {

    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong malformed = new AtomicLong();
    private volatile @Nullable LivePods now;

    void begins(LivePods pods) {
        now = pods;
    }

    void ends() {
        now = null;
    }

    void failed() {
        failures.incrementAndGet();
    }

    void malformed() {
        malformed.incrementAndGet();
    }

    /** Time since the API server last told of changes, zero while it does; empty for who does not lead. */
    public Optional<Duration> age() {
        return Optional.ofNullable(now).map(LivePods::age);
    }

    /** How often listing or watching failed. */
    public long failures() {
        return failures.get();
    }

    /** How often a pod was seen that could not be understood. */
    public long notUnderstood() {
        return malformed.get();
    }
}
