package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.WorkloadKey;
import org.jspecify.annotations.Nullable;

/** What a profile speaks for. */
sealed interface Subject {

    /**
     * A workload, or one of its revisions.
     *
     * @param revision pod-template-hash, {@code null} for the workload as a whole
     */
    record OfWorkload(WorkloadKey workload, @Nullable String revision) implements Subject {}

    /** A namespace: the prior for workloads without history. */
    record OfNamespace(String namespace) implements Subject {}

    /** The mesh: the prior of last resort. */
    record OfMesh() implements Subject {}
}
