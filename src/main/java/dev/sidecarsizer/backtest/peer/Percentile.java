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
import java.util.OptionalLong;

/**
 * A dashboard's rule: a percentile of all samples of all pods of the workload in the last 14 days, as request and limit.
 *
 * <p>At most 0.2 % more than the exact percentile; a day of samples is forgotten when the last of it is 14 days old.
 */
public final class Percentile implements Strategy {

    private static final Duration HISTORY = Duration.ofDays(14);

    private final int percent;
    private final Map<WorkloadKey, DailySamples> samples = new HashMap<>();

    /** @param percent from 1 to 100 */
    public Percentile(int percent) {
        this.percent = percent;
    }

    @Override
    public String name() {
        return "p" + percent;
    }

    @Override
    public void sample(WorkloadKey workload, PodName pod, Instant at, Bytes use) {
        samples.computeIfAbsent(workload, any -> new DailySamples(HISTORY.toDays()))
                .add(at.getEpochSecond(), use.value());
    }

    @Override
    public Optional<Memory> size(WorkloadKey workload, Instant now) {
        DailySamples known = samples.get(workload);
        OptionalLong value =
                known == null ? OptionalLong.empty() : known.percentile(percent / 100.0, now.getEpochSecond());
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Bytes bytes = new Bytes(value.getAsLong());
        return Optional.of(new Memory(bytes, bytes));
    }
}
