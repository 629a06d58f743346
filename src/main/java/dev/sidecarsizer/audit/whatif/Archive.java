package dev.sidecarsizer.audit.whatif;

import dev.sidecarsizer.profile.Subject;
import java.util.function.BiConsumer;

/** Where histories are kept. */
@FunctionalInterface
public interface Archive {

    /**
     * Gives every history that is kept; may wait for the API server.
     *
     * @throws RuntimeException where they cannot be read
     */
    void read(BiConsumer<Subject, String> into);
}
