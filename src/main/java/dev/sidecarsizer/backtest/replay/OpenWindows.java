package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.backtest.recording.PodSeries;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * All pods' windows that have not ended. Windows end at whole multiples of their length since the epoch, so all that are
 * open end together.
 */
final class OpenWindows {

    private final List<PodSeries> pods;
    private final Duration length;
    private final double measurements;
    private final long[] peak;
    private final double[] sum;
    private final int[] samples;
    private final int[] open;
    private int count;
    private long end = Long.MIN_VALUE;

    /**
     * @param measurements behind each sample
     */
    OpenWindows(List<PodSeries> pods, Duration length, double measurements) {
        this.pods = pods;
        this.length = length;
        this.measurements = measurements;
        this.peak = new long[pods.size()];
        this.sum = new double[pods.size()];
        this.samples = new int[pods.size()];
        this.open = new int[pods.size()];
    }

    /** Takes a window that has ended. */
    @FunctionalInterface
    interface Ended {
        void take(PodSeries pod, PodWindow window);
    }

    /** Whether the open windows ended before {@code second}: their last second belongs to them. */
    boolean endedBefore(long second) {
        return count > 0 && end < second;
    }

    Instant end() {
        return Instant.ofEpochSecond(end);
    }

    /** Closes all that are open, in the order of their first samples. */
    void close(Ended into) {
        for (int i = 0; i < count; i++) {
            int pod = open[i];
            into.take(
                    pods.get(pod),
                    new PodWindow(
                            pods.get(pod).pod(),
                            end(),
                            length,
                            new Bytes(peak[pod]),
                            new Bytes(Math.round(sum[pod] / samples[pod])),
                            (int) Math.round(samples[pod] * measurements)));
            samples[pod] = 0;
        }
        count = 0;
    }

    void add(int pod, long second, Bytes use) {
        if (count == 0) {
            end = Math.ceilDiv(second, length.toSeconds()) * length.toSeconds();
        }
        if (samples[pod] == 0) {
            open[count++] = pod;
            peak[pod] = 0;
            sum[pod] = 0;
        }
        peak[pod] = Math.max(peak[pod], use.value());
        sum[pod] += use.value();
        samples[pod]++;
    }
}
