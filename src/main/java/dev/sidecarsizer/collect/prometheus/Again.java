package dev.sidecarsizer.collect.prometheus;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An attempt that failed in a way that may pass. */
final class Again extends RuntimeException {

    /** How long the server wants to be left alone, where it says. */
    final Optional<Duration> wait;

    Again(String message, @Nullable Throwable cause) {
        this(message, cause, Optional.empty());
    }

    Again(String message, @Nullable Throwable cause, Optional<Duration> wait) {
        super(message, cause);
        this.wait = wait;
    }
}
