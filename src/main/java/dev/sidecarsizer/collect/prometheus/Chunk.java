package dev.sidecarsizer.collect.prometheus;

import java.time.Duration;
import java.time.Instant;

/**
 * Some windows in a row that are read by one query each.
 *
 * @param first end of the first
 * @param window length of each
 * @param windows how many
 */
record Chunk(Instant first, Duration window, int windows) {

    /** So long that a slow scrape is in it. */
    private static final Duration LEAST_RANGE = Duration.ofMinutes(10);

    /** End of the last. */
    Instant last() {
        return end(windows - 1);
    }

    Instant end(int index) {
        return first.plus(window.multipliedBy(index));
    }

    /** From the first one's beginning to the last one's end. */
    Duration length() {
        return window.multipliedBy(windows);
    }

    /** The range that an instant query at the last one's end has to look back for all of it, in PromQL. */
    String lookBack() {
        return (length().compareTo(LEAST_RANGE) < 0 ? LEAST_RANGE : length()).toMillis() + "ms";
    }

    /** Which window ends then; -1 for none. */
    int indexOf(long millis) {
        long past = millis - first.toEpochMilli();
        long length = window.toMillis();
        return past >= 0 && past % length == 0 && past / length < windows ? (int) (past / length) : -1;
    }

    /** The last end of a window that is not after {@code instant}. */
    static Instant endAtOrBefore(Instant instant, Duration window) {
        long length = window.toMillis();
        long whole = Math.floorDiv(instant.toEpochMilli(), length) * length;
        return Instant.ofEpochMilli(whole);
    }
}
