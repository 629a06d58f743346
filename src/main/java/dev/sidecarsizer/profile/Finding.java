package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cause of a sidecar's memory, or of its want of memory, and what answers it. Made in {@code advice}; it lives here since
 * the port to the store hands it on.
 *
 * @param kind one CamelCase word, such as {@code NearLimit}: the same in the status, the Event, the metric's tag and
 *     {@code docs/findings.md}
 * @param size what its fix would give back, of one proxy; {@code null} where that is not known, or is not its point
 * @param confidence how the size is known
 * @param message for people, in a sentence
 * @param evidence the numbers that it stands on
 * @param fix commands, or YAML to apply; names the risk, where there is one
 * @param event whether its workload's owner is told when it first appears
 */
public record Finding(
        String kind,
        @Nullable Bytes size,
        Confidence confidence,
        String message,
        List<Evidence> evidence,
        String fix,
        boolean event) {

    /** How it is known. */
    public enum Confidence {
        /** Its numbers were measured on this workload. */
        MEASURED("Measured"),
        /** A model that was fitted to measurements of others says so. */
        ESTIMATED("Estimated");

        private final String word;

        Confidence(String word) {
            this.word = word;
        }

        /** The word for it, as it is stored and shown. */
        public String word() {
            return word;
        }
    }

    /**
     * A number, and where it comes from.
     *
     * @param what in a word or two, such as {@code peak}
     * @param value with its unit
     * @param source a metric, a field of the profile, or the pods
     */
    public record Evidence(String what, String value, String source) {}

    /**
     * What could not be told.
     *
     * @param kind of the finding that there may be
     * @param lacks what would have to be known
     */
    public record Unjudged(String kind, List<String> lacks) {}

    /**
     * All that is to be said of one sidecar.
     *
     * @param found largest first, those of unknown size last
     */
    public record All(List<Finding> found, List<Unjudged> unjudged) {

        /** Nothing was asked. */
        public static final All NONE = new All(List.of(), List.of());
    }
}
