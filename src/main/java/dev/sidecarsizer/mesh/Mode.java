package dev.sidecarsizer.mesh;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far sidecar-sizer may go with a pod, in rising order. */
public enum Mode {
    /** Look away. */
    OFF,
    /** Decide and record, change nothing. */
    AUDIT,
    /** Decide, record, patch. */
    ENFORCE;

    /** The label of a namespace that opts in, and of a pod that opts down. */
    public static final String LABEL = "sidecar-sizer.dev/mode";

    /** The mode that a label's value names; {@link #OFF} where there is none or an unknown one: opting in is explicit. */
    public static Mode ofLabel(@Nullable String value) {
        for (Mode mode : values()) {
            if (mode.toString().equals(value)) {
                return mode;
            }
        }
        return OFF;
    }

    /** The lower of the two. */
    public Mode atMost(Mode cap) {
        return compareTo(cap) <= 0 ? this : cap;
    }

    /** The word, as in the label. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
