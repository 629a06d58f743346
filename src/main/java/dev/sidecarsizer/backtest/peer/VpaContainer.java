package dev.sidecarsizer.backtest.peer;

/**
 * What VPA's recommender remembers of one pod's container: the peak of the day that runs, which it keeps up to date in
 * the workload's histogram. Days begin with the container's first sample.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/vertical-pod-autoscaler/pkg/recommender/model/container.go">its
 *     source</a>
 */
final class VpaContainer {

    private static final long INTERVAL = 86_400;
    private static final double LEAST_BUMP = 100 * 1024 * 1024;
    private static final double BUMP = 1.2;

    private final PeakHistogram peaks;
    private boolean started;
    private long intervalEnd;
    private long memoryPeak;
    private long oomPeak;

    VpaContainer(PeakHistogram peaks) {
        this.peaks = peaks;
    }

    void sample(long second, long bytes) {
        add(second, bytes, false);
    }

    /** An OOM kill counts as a sample that is 20 %, and at least 100 MiB, above what was requested or used. */
    void killed(long second, long requested) {
        long used = Math.max(requested, memoryPeak);
        add(second, Math.max((long) (used + LEAST_BUMP), (long) (used * BUMP)), true);
    }

    private void add(long second, long bytes, boolean kill) {
        if (!started) {
            started = true;
            intervalEnd = second;
        }
        if (second < intervalEnd) {
            long old = Math.max(memoryPeak, oomPeak);
            if (old == 0 || bytes <= old) {
                return;
            }
            peaks.subtract(old, intervalEnd);
        } else {
            intervalEnd += (second - intervalEnd) / INTERVAL * INTERVAL + INTERVAL;
            memoryPeak = 0;
            oomPeak = 0;
        }
        peaks.add(bytes, intervalEnd);
        if (kill) {
            oomPeak = bytes;
        } else {
            memoryPeak = bytes;
        }
    }
}
