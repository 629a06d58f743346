package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.WorkloadKey;
import org.jspecify.annotations.Nullable;

/** What a profile speaks for. */
public sealed interface Subject {

    /**
     * A workload, or a part of it whose proxies are another matter.
     *
     * @param revision pod-template-hash, {@code null} for all revisions
     * @param concurrency worker threads of the proxy, {@code null} for any number
     */
    record OfWorkload(WorkloadKey workload, @Nullable String revision, @Nullable Integer concurrency)
            implements Subject {

        /** The workload as a whole. */
        public static OfWorkload whole(WorkloadKey workload) {
            return new OfWorkload(workload, null, null);
        }
    }

    /** A namespace: the prior for workloads without history. */
    record OfNamespace(String namespace) implements Subject {}

    /** The mesh: the prior of last resort. */
    record OfMesh() implements Subject {}
}
