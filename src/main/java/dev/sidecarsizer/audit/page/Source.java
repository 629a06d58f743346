package dev.sidecarsizer.audit.page;

import java.time.Duration;

/** Where the board has its profiles from. */
public interface Source {

    /** Whether all that there are have been seen once. */
    boolean synced();

    /** Time since changes were last told of; zero while they are. */
    Duration age();
}
