package dev.sidecarsizer.backtest.peer;

import dev.sidecarsizer.backtest.replay.Strategy;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * KRR's simple strategy: the most that any pod of the workload used in 14 days, and 15 % more, up to a whole MiB, and at
 * least 100 MiB; request and limit are the same. Nothing under 100 samples, each measurement being one.
 *
 * @see <a href="https://github.com/robusta-dev/krr/blob/main/robusta_krr/strategies/simple.py">its source</a>
 */
public final class Krr implements Strategy {

    public static final String NAME = "krr";

    private static final Duration HISTORY = Duration.ofDays(14);
    private static final double BUFFER = 1.15;
    private static final Bytes LEAST = Bytes.mebi(100);
    private static final int LEAST_SAMPLES = 100;

    private final double measurements;
    private final Map<WorkloadKey, SlidingPeak> peaks = new HashMap<>();

    /** @param measurements behind each sample that is shown: it may be the highest of several */
    public Krr(double measurements) {
        this.measurements = measurements;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void sample(WorkloadKey workload, PodName pod, Instant at, Bytes use) {
        peaks.computeIfAbsent(workload, any -> new SlidingPeak(HISTORY.toSeconds()))
                .add(at.getEpochSecond(), use.value());
    }

    @Override
    public Optional<Memory> size(WorkloadKey workload, Instant now) {
        SlidingPeak peak = peaks.get(workload);
        if (peak == null || peak.samples(now.getEpochSecond()) * measurements < LEAST_SAMPLES) {
            return Optional.empty();
        }
        Bytes proposal =
                new Bytes(peak.most(now.getEpochSecond())).times(BUFFER).atLeast(LEAST);
        return Optional.of(new Memory(proposal, proposal));
    }
}
