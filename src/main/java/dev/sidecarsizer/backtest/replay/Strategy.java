package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Instant;
import java.util.Optional;

/**
 * A way to size sidecars, replayed.
 *
 * <p>It is told what was, in the order of time and never ahead of it: when it is asked at {@code now}, it has seen the
 * samples before {@code now}, and the windows that ended before {@code now}. Calls come from one thread. Equal calls must
 * give equal answers.
 */
public interface Strategy {

    /** As {@code --strategy} has it. */
    String name();

    /** A sample of one pod; of the same pod, later ones come later. */
    default void sample(WorkloadKey workload, PodName pod, Instant at, Bytes use) {}

    /** A window of one pod that has ended. */
    default void see(WorkloadKey workload, PodWindow window) {}

    /** All windows that ended at {@code to} or before have been seen. */
    default void advance(Instant to) {}

    /**
     * A pod that got its memory from this strategy would have been killed. The sample that killed it is seen as it is; a
     * real kill would have cut it off at the limit.
     */
    default void killed(WorkloadKey workload, PodName pod, Instant at, Bytes limit) {}

    /** What a new pod gets, request and limit both; empty to leave it as it comes. */
    Optional<Memory> size(WorkloadKey workload, Instant now);
}
