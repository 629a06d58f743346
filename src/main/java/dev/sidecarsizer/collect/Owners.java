package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Owner;
import java.util.Optional;

/** Where it is asked which object a workload is: what its profile goes with, and what its Events are on. */
@FunctionalInterface
public interface Owners {

    /**
     * The object of {@code workload}; empty where it is not there, cannot be seen, or is not one: labels may name a
     * workload that no single object is.
     *
     * @param controller what a pod of it names as its controller, which may stand between the two
     */
    Optional<Owner> of(WorkloadKey workload, Owner controller);
}
