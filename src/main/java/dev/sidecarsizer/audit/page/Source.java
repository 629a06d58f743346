package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.guard.Brake;
import java.time.Duration;

/** Where the board has its profiles from, and the brake. */
public interface Source {

    /** Whether all that there are have been seen once. */
    boolean synced();

    /** Time since changes were last told of; zero while they are. */
    Duration age();

    Brake brake();
}
