package dev.sidecarsizer.profile.history;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * What one pod's proxy container used in one window of time: its cgroup's working set, agent included.
 *
 * @param pod whose
 * @param end the window's end, which belongs to it; its start does not
 * @param length of the window
 * @param peak highest sample
 * @param mean mean of the samples
 * @param samples how many there were, at least 1
 */
public record PodWindow(PodName pod, Instant end, Duration length, Bytes peak, Bytes mean, int samples) {

    /** How far samples are apart, by those pods that were there for the whole of their window. */
    public static double secondsApart(Stream<PodWindow> windows) {
        return windows.mapToDouble(window -> (double) window.length().toSeconds() / window.samples())
                .min()
                .orElse(0);
    }
}
