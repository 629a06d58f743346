package dev.sidecarsizer.backtest.peer;

import dev.sidecarsizer.backtest.replay.Strategy;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.time.Instant;
import java.util.Optional;

/** Nobody sizes: each pod keeps what the injection template of Istio gives it. */
public final class AsItComes implements Strategy {

    public static final String NAME = "istio-default";

    private final Memory memory;

    public AsItComes(Memory memory) {
        this.memory = memory;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Memory> size(WorkloadKey workload, Instant now) {
        return Optional.of(memory);
    }
}
