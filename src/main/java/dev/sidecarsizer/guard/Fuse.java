package dev.sidecarsizer.guard;

import java.time.Instant;

/**
 * The port through which all sizing is stopped. Once blown it stays so until a person mends it, whoever leads. Each call may
 * wait for the API server but {@link #isBlown()} and {@link #mended()}.
 */
public interface Fuse {

    boolean isBlown();

    /** When it was seen to be mended; the epoch where it was never blown. What failed before is dealt with. */
    Instant mended();

    /**
     * Stops all sizing, on all replicas.
     *
     * @param why in words, for people
     * @throws RuntimeException where that cannot be written; the caller tries again
     */
    void blow(String why);
}
