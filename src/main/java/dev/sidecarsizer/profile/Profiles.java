package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

        /** What was measured of the workload's own proxies, of this revision's too; what is faulty says nothing. */
        public List<Observed> measured() {
            return Stream.of(Optional.ofNullable(revision), Optional.ofNullable(workload))
                    .flatMap(Optional::stream)
                    .filter(profile -> profile.fault() == null)
                    .map(MemoryProfile::observed)
                    .toList();
        }

        /** The most that live proxies of the workload use now; {@code null} where not known. */
        public @Nullable Bytes live() {
            return measured().stream()
                    .flatMap(observed -> Optional.ofNullable(observed.live()).stream())
                    .max(Comparator.naturalOrder())
                    .orElse(null);
        }
    }
}
