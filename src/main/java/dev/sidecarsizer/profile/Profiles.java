package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.WorkloadKey;
import org.jspecify.annotations.Nullable;

/** The port through which profiles are read. Answers come from memory: it is called in the admission path. */
public interface Profiles {

    /**
     * All that speaks for a pod of {@code workload}, read once so that one decision sees one state.
     *
     * @param revision pod-template-hash of the pod, {@code null} where it has none
     */
    Lineage of(WorkloadKey workload, @Nullable String revision);

    /**
     * Profiles from the most to the least specific; {@code null} where there is none.
     *
     * @param revision this pod template of the workload
     * @param workload the workload
     * @param namespace prior of the namespace
     * @param mesh prior of the mesh
     */
    record Lineage(
            @Nullable MemoryProfile revision,
            @Nullable MemoryProfile workload,
            @Nullable MemoryProfile namespace,
            @Nullable MemoryProfile mesh) {

        /** Nothing known. */
        public static final Lineage NONE = new Lineage(null, null, null, null);
    }
}
