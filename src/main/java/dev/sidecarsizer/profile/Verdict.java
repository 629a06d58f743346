package dev.sidecarsizer.profile;

import java.time.Instant;

/**
 * Whether sizing did a workload's pods good. Made in {@code guard}; it lives here since the port to the store hands it on,
 * and sizing obeys it.
 */
public sealed interface Verdict {

    /** Nothing speaks against sizing it. */
    Verdict FINE = new Fine();

    /** Nothing speaks against sizing it. */
    record Fine() implements Verdict {}

    /**
     * Its pods are left as they come.
     *
     * @param since when that was concluded
     * @param until when sizing is tried again
     * @param times how often it was concluded in a row: each time it holds for twice as long
     * @param why in words, for people
     */
    record Withdraw(Instant since, Instant until, int times, String why) implements Verdict {}
}
