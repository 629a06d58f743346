package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The port through which profiles are read. Answers come from memory: it is called in the admission path. */
public interface Profiles {

    /**
     * All that speaks for a pod of {@code workload}, read once so that one decision sees one state.
     *
     * @param revision pod-template-hash of the pod, {@code null} where it has none
     * @param concurrency worker threads of its proxy, {@code null} where that cannot be told
     */
    Lineage of(WorkloadKey workload, @Nullable String revision, @Nullable Integer concurrency);

    /**
     * Profiles from the most to the least specific; {@code null} where there is none.
     *
     * @param concurrency worker threads of the pod's proxy; {@code null} where that cannot be told
     * @param revisionStratum this pod template, its proxies of this concurrency
     * @param revision this pod template of the workload
     * @param stratum the workload, its proxies of this concurrency
     * @param workload the workload
     * @param namespace prior of the namespace
     * @param mesh prior of the mesh
     */
    record Lineage(
            @Nullable Integer concurrency,
            @Nullable MemoryProfile revisionStratum,
            @Nullable MemoryProfile revision,
            @Nullable MemoryProfile stratum,
            @Nullable MemoryProfile workload,
            @Nullable MemoryProfile namespace,
            @Nullable MemoryProfile mesh) {

        /** Nothing known. */
        public static final Lineage NONE = new Lineage(null, null, null, null);

        /** A lineage of which no part is told apart by concurrency. */
        public Lineage(
                @Nullable MemoryProfile revision,
                @Nullable MemoryProfile workload,
                @Nullable MemoryProfile namespace,
                @Nullable MemoryProfile mesh) {
            this(null, null, revision, null, workload, namespace, mesh);
        }

        /** Whether {@code profile} may have been measured on proxies of this concurrency: where both are known, they agree. */
        public boolean isOfConcurrency(MemoryProfile profile) {
            Integer measured = profile.proxy().concurrency();
            return concurrency == null || measured == null || measured.equals(concurrency);
        }

        /** The profiles of the workload itself, whatever they are worth. */
        public Stream<MemoryProfile> own() {
            return Stream.of(
                            Optional.ofNullable(revisionStratum),
                            Optional.ofNullable(revision),
                            Optional.ofNullable(stratum),
                            Optional.ofNullable(workload))
                    .flatMap(Optional::stream);
        }

        /**
         * What was measured of the workload's own proxies, of this revision's too; what is faulty, or of proxies that
         * have other worker threads, says nothing.
         */
        public List<Observed> measured() {
            return usable().map(MemoryProfile::observed).toList();
        }

        private Stream<MemoryProfile> usable() {
            return own().filter(profile -> profile.fault() == null && isOfConcurrency(profile));
        }

        /** The most that live proxies of the workload use now; {@code null} where not known. */
        public @Nullable Bytes live() {
            return most(Observed::live);
        }

        /** What Envoy itself had allocated where the most is used; {@code null} where not known. */
        public @Nullable Bytes allocated() {
            return usable().filter(profile -> profile.observed().live() != null)
                    .max(Comparator.comparing(
                            profile -> Objects.requireNonNull(profile.observed().live())))
                    .map(profile -> profile.proxy().allocated())
                    .orElse(null);
        }

        /**
         * The most that proxies of the workload ever used and lived on; {@code null} where not known, or where the kernel
         * killed one: its peak was the end of it.
         */
        public @Nullable Bytes peak() {
            return measured().stream().anyMatch(observed -> observed.oomKills() > 0) ? null : most(Observed::peak);
        }

        private @Nullable Bytes most(Function<Observed, @Nullable Bytes> part) {
            return measured().stream()
                    .flatMap(observed -> Stream.ofNullable(part.apply(observed)))
                    .max(Comparator.naturalOrder())
                    .orElse(null);
        }
    }
}
