package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.backtest.recording.PodSeries;
import dev.sidecarsizer.backtest.recording.Recording;
import java.time.Duration;
import java.time.Instant;

/**
 * How much of a recording is judged.
 *
 * @param lived time of which samples of pods tell, in all
 * @param gaps time between two samples of a pod that is too long for it
 * @param span from where judging begins to the last sample
 */
public record Judged(Duration lived, Duration gaps, Duration span) {

    /** Also a job that runs once a day for minutes lives for more of the time. */
    private static final double HARDLY = 0.001;

    public static Judged of(Recording recording, Instant from) {
        long lived = 0;
        long gaps = 0;
        for (PodSeries pod : recording.pods()) {
            long longest = pod.longest(recording.step());
            for (int i = pod.size() - 1; i >= 0 && pod.second(i) >= from.getEpochSecond(); i--) {
                long until = i + 1 < pod.size() ? pod.second(i + 1) - pod.second(i) : recording.step();
                lived += Math.min(longest, until);
                gaps += i + 1 < pod.size() ? Math.max(0, until - longest) : 0;
            }
        }
        Instant last = Instant.ofEpochSecond(recording.last());
        return new Judged(Duration.ofSeconds(lived), Duration.ofSeconds(gaps), Duration.between(from, last));
    }

    /** Share of the pods' time from one sample to the next that is gaps. */
    public double gapShare() {
        return gaps.isZero() ? 0 : (double) gaps.toSeconds() / lived.plus(gaps).toSeconds();
    }

    /** Whether pods were there for so little of the time that a wrong timestamp is likelier. */
    public boolean isHardlyAnything() {
        return lived.toSeconds() < span.toSeconds() * HARDLY;
    }
}
