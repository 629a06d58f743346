package dev.sidecarsizer.backtest.recording;

import java.util.List;

/**
 * All pods' samples, in a stable order of workloads and pods.
 *
 * @param pods at least one
 * @param first second of the first sample, since the epoch
 * @param last second of the last sample
 * @param step seconds between samples, as the median pod has it; 1 where no pod has two
 * @param samples how many in all
 * @param measuredEvery seconds between the measurements behind them: {@code step}, or less where a sample is the
 *     highest of several
 */
public record Recording(List<PodSeries> pods, long first, long last, long step, long samples, long measuredEvery) {

    static Recording of(List<PodSeries> pods) {
        long step = typicalStep(pods);
        return new Recording(
                pods,
                pods.stream().mapToLong(pod -> pod.second(0)).min().orElseThrow(),
                pods.stream().mapToLong(PodSeries::last).max().orElseThrow(),
                step,
                pods.stream().mapToLong(PodSeries::size).sum(),
                step);
    }

    /** The same, where it is known that each sample is the highest of measurements so many seconds apart. */
    public Recording measuredEvery(long seconds) {
        return new Recording(pods, first, last, step, samples, Math.max(1, Math.min(seconds, step)));
    }

    /** Measurements that a sample stands for. */
    public double measurements() {
        return (double) step / measuredEvery;
    }

    /** The mean gap would count the hours in which a pod was not seen; half way through its gaps, it does not. */
    private static long typicalStep(List<PodSeries> pods) {
        long[] steps = pods.stream()
                .filter(pod -> pod.size() > 1)
                .mapToLong(PodSeries::medianGap)
                .sorted()
                .toArray();
        return steps.length == 0 ? 1 : steps[steps.length / 2];
    }
}
