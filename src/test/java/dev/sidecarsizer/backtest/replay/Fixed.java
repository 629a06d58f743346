package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives every pod the same, and remembers what it was told and asked, in order. */
final class Fixed implements Strategy {

    private final Optional<Memory> memory;

    /** {@code 3 sample a 10Mi}: minutes since the start, then what happened. */
    final List<String> told = new ArrayList<>();

    Fixed(long request, long limit) {
        this.memory = Optional.of(new Memory(Bytes.mebi(request), Bytes.mebi(limit)));
    }

    private Fixed() {
        this.memory = Optional.empty();
    }

    static Fixed withoutAnswer() {
        return new Fixed();
    }

    @Override
    public String name() {
        return "fixed";
    }

    @Override
    public void sample(WorkloadKey workload, PodName pod, Instant at, Bytes use) {
        tell(at, "sample " + pod.name() + " " + use);
    }

    @Override
    public void see(WorkloadKey workload, PodWindow window) {
        tell(
                window.end(),
                "window " + window.pod().name() + " " + window.peak() + " " + window.mean() + " " + window.samples());
    }

    @Override
    public void advance(Instant to) {
        tell(to, "advance");
    }

    @Override
    public void killed(WorkloadKey workload, PodName pod, Instant at, Bytes limit) {
        tell(at, "killed " + pod.name() + " " + limit);
    }

    @Override
    public Optional<Memory> size(WorkloadKey workload, Instant now) {
        tell(now, "size");
        return memory;
    }

    private void tell(Instant at, String what) {
        told.add((at.getEpochSecond() - History.START) / History.STEP + " " + what);
    }
}
