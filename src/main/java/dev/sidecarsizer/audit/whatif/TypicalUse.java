package dev.sidecarsizer.audit.whatif;

import dev.sidecarsizer.backtest.replay.Strategy;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A strategy that is shown what is typical of each workload as its mean: a day's peak is all that is replayed, and requests
 * that followed peaks would be too large.
 */
record TypicalUse(Strategy strategy, Map<WorkloadKey, Bytes> typical) implements Strategy {

    @Override
    public String name() {
        return strategy.name();
    }

    @Override
    public void see(WorkloadKey workload, PodWindow window) {
        Bytes mean = typical.getOrDefault(workload, window.mean()).atMost(window.peak());
        strategy.see(
                workload,
                new PodWindow(window.pod(), window.end(), window.length(), window.peak(), mean, window.samples()));
    }

    @Override
    public void advance(Instant to) {
        strategy.advance(to);
    }

    @Override
    public void killed(WorkloadKey workload, PodName pod, Instant at, Bytes limit) {
        strategy.killed(workload, pod, at, limit);
    }

    @Override
    public Optional<Memory> size(WorkloadKey workload, Instant now) {
        return strategy.size(workload, now);
    }
}
