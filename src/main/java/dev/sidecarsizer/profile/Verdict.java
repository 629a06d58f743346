package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.Bytes;
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
     * New pods get no less than that, up to the policy's ceiling.
     *
     * @param since when that was concluded; pods from before do not count once more
     * @param until when it is forgotten, as a kernel kill is
     * @param times how often it was concluded in a row
     * @param limit of their proxy's memory
     * @param why in words, for people
     */
    record Raise(Instant since, Instant until, int times, Bytes limit, String why) implements Verdict {}

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
