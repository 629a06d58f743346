package dev.sidecarsizer.mesh;

import java.util.Locale;

/** How far sidecar-sizer may go for a running pod whose proxy the kernel kills again and again, or that refuses traffic, in rising order. */
public enum Relief {
    /** Say what would help, and touch nothing. */
    TELL,
    /** Give the proxy more memory in place. */
    RESIZE,
    /** Where that cannot be done, evict the pod, as its disruption budget allows. */
    EVICT;

    /** The word, as in a policy. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
