package dev.sidecarsizer.cluster;

import org.jspecify.annotations.Nullable;

/** Something that is needed is not on this machine, or cannot be made; the message says what to provide. */
public final class PartMissing extends RuntimeException {

    private static final long serialVersionUID = 1;

    PartMissing(String message) {
        this(message, null);
    }

    PartMissing(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
