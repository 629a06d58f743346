package dev.sidecarsizer.profile.history;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
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

    /**
     * How far samples are apart in each namespace, by those of its pods that were there for the whole of their window: one
     * namespace is scraped alike, a mesh need not be.
     */
    public static Map<String, Double> secondsApart(Stream<PodWindow> windows) {
        return windows.collect(Collectors.toMap(
                window -> window.pod().namespace(),
                window -> (double) window.length().toSeconds() / window.samples(),
                Math::min));
    }
}
