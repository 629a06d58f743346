package dev.sidecarsizer.admission;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.DecisionTally;

/** The port through which decisions are remembered. Called in the admission path: it must not wait or throw. */
@FunctionalInterface
public interface DecisionLog {

    void record(WorkloadKey workload, DecisionTally tally);
}
