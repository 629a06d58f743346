package dev.sidecarsizer.collect;

import java.time.Duration;
import java.time.Instant;

/** How far the mesh is kept: until when the next leader need read no window again. */
final class MeshProgress {

    /** Between two tries to take it back. */
    private static final Duration BEFORE_REWINDING_AGAIN = Duration.ofSeconds(1);

    private Instant kept = Instant.EPOCH;
    private Instant keeping = Instant.EPOCH;
    private Instant written = Instant.EPOCH;

    void restore(Instant through) {
        kept = through;
    }

    /**
     * Whether windows came in that are older than what counts as read: the next leader must know first.
     *
     * @param safe until when all windows are in kept histories
     */
    boolean rewinds(Instant safe) {
        return safe.isBefore(kept);
    }

    boolean isDue(Instant safe, Instant now, Duration pause) {
        Duration wait = rewinds(safe) ? BEFORE_REWINDING_AGAIN : pause;
        return !safe.equals(kept) && !now.isBefore(written.plus(wait));
    }

    /** It is about to be kept that all is read until then. */
    void keeping(Instant safe, Instant now) {
        keeping = safe;
        written = now;
    }

    /** It was. */
    void kept() {
        kept = keeping;
    }
}
