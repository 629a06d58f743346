package dev.sidecarsizer.collect;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** When an account is to be kept, and after which window all must be read again where it is not. */
final class Keeping {

    /** Those first that the next pod may wait for, then those that were kept the longest ago. */
    static final Comparator<Keeping> MOST_URGENT =
            Comparator.<Keeping, Boolean>comparing(keeping -> !keeping.urgent).thenComparing(keeping -> keeping.begun);

    private static final int MOST_DOUBLINGS = 8;

    private Instant begun = Instant.EPOCH;
    private @Nullable Instant unkeptAfter;
    private @Nullable Instant keepingAfter;
    private boolean stored;
    private boolean changed;
    private boolean urgent;
    private int failures;
    private Instant notBefore = Instant.EPOCH;

    /** @param stored whether something of it is kept already */
    Keeping(boolean stored) {
        this.stored = stored;
    }

    boolean isStored() {
        return stored;
    }

    void change() {
        changed = true;
    }

    /** The next pod must not be made without knowing. */
    void hurry() {
        changed = true;
        urgent = true;
    }

    /**
     * A window was taken in.
     *
     * @param before the end of the one before it
     */
    void window(Instant before) {
        changed = true;
        if (unkeptAfter == null) {
            unkeptAfter = before;
        }
    }

    /**
     * @param readsPast whether windows come so fast that none is worth keeping
     * @param rewinds whether nothing may be kept of what nothing is kept yet
     */
    boolean isDue(Instant now, Duration interval, boolean readsPast, boolean rewinds) {
        if (!changed || now.isBefore(notBefore) || (rewinds && !stored && !urgent)) {
            return false;
        }
        boolean first = begun.equals(Instant.EPOCH);
        return urgent || failures > 0 || (!(first && readsPast) && !now.isBefore(begun.plus(interval)));
    }

    /**
     * After which window all must be read again if this leader dies now. What cannot be kept for long holds nothing up: all
     * others would be read again for its sake.
     */
    Instant safeThrough(Instant read) {
        Instant first = keepingAfter != null ? keepingAfter : unkeptAfter;
        return first == null || failures == MOST_DOUBLINGS ? read : first;
    }

    /** It is about to be kept as it is; a window that comes meanwhile is not in what is kept. */
    void begins(Instant now) {
        changed = false;
        urgent = false;
        begun = now;
        keepingAfter = keepingAfter == null ? unkeptAfter : keepingAfter;
        unkeptAfter = null;
    }

    /** It was kept, as it was when that began. */
    void succeeded() {
        stored = true;
        keepingAfter = null;
        failures = 0;
    }

    /** It could not be kept; the wait doubles up to {@code interval}. */
    void failed(Instant now, Duration interval) {
        changed = true;
        failures = Math.min(failures + 1, MOST_DOUBLINGS);
        notBefore = now.plus(interval.dividedBy(1L << (MOST_DOUBLINGS - failures)));
    }
}
