package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Autoscalers;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import dev.sidecarsizer.store.Typed.Unreadable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What else in the cluster has a say, by namespace or by workload; of each object only its say is held. */
final class RememberedSurroundings implements Surroundings.Source, Autoscalers {

    private final Shelf<String, Mode> modes = new Shelf<>();
    private final Shelf<String, List<MemoryRange>> ranges = new Shelf<>();
    private final Shelf<String, Boolean> memoryQuotas = new Shelf<>();
    private final Shelf<WorkloadKey, Autoscaler> horizontal = new Shelf<>();
    private final Shelf<WorkloadKey, Autoscaler> vertical = new Shelf<>();

    @Override
    public Optional<Mode> mode(String namespace) {
        return Optional.ofNullable(modes.first(namespace));
    }

    @Override
    public Surroundings of(WorkloadKey workload) {
        String namespace = workload.namespace();
        List<MemoryRange> all = new ArrayList<>();
        ranges.all(namespace).forEach(all::addAll);
        return new Surroundings(
                List.copyOf(all),
                memoryQuotas.has(namespace),
                concernProxyMemory(horizontal, workload),
                concernProxyMemory(vertical, workload));
    }

    private static boolean concernProxyMemory(Shelf<WorkloadKey, Autoscaler> shelf, WorkloadKey workload) {
        return shelf.all(workload).stream().anyMatch(Autoscaler::concernsProxyMemory);
    }

    @Override
    public List<Autoscaler> over(WorkloadKey workload) {
        List<Autoscaler> all = new ArrayList<>(horizontal.all(workload));
        all.addAll(vertical.all(workload));
        return List.copyOf(all);
    }

    Remembered namespaces() {
        return new Keeper<>(
                modes,
                object -> modes.put(
                        object.path(),
                        object.name(),
                        Mode.ofLabel(object.labels().get(Mode.LABEL))));
    }

    Remembered limitRanges() {
        return new Keeper<>(ranges, object -> {
            Neighbours.LimitRange spec = Typed.of("spec", object.body().get("spec"), Neighbours.LimitRange.class);
            List<MemoryRange> said = spec == null ? List.of() : NeighbourReader.ranges(spec);
            place(ranges, object, object.namespace(), said.isEmpty() ? null : said);
        });
    }

    Remembered resourceQuotas() {
        return new Keeper<>(memoryQuotas, object -> {
            Neighbours.ResourceQuota spec = Typed.of("spec", object.body().get("spec"), Neighbours.ResourceQuota.class);
            boolean counts = spec != null && NeighbourReader.countsMemory(spec);
            place(memoryQuotas, object, object.namespace(), counts ? true : null);
        });
    }

    Remembered horizontalPodAutoscalers() {
        return new Keeper<>(horizontal, object -> {
            Neighbours.HorizontalPodAutoscaler spec =
                    Typed.of("spec", object.body().get("spec"), Neighbours.HorizontalPodAutoscaler.class);
            WorkloadKey target =
                    spec == null ? null : NeighbourReader.target(object.namespace(), spec.scaleTargetRef());
            place(horizontal, object, target, spec == null ? null : NeighbourReader.horizontal(object.name(), spec));
        });
    }

    Remembered verticalPodAutoscalers() {
        return new Keeper<>(vertical, object -> {
            Neighbours.VerticalPodAutoscaler spec =
                    Typed.of("spec", object.body().get("spec"), Neighbours.VerticalPodAutoscaler.class);
            WorkloadKey target = spec == null ? null : NeighbourReader.target(object.namespace(), spec.targetRef());
            place(vertical, object, target, spec == null ? null : NeighbourReader.vertical(object.name(), spec));
        });
    }

    void forgetVerticalPodAutoscalers() {
        vertical.clear();
    }

    /** What says nothing, or of nothing, has no place. */
    private static <K, V> void place(Shelf<K, V> shelf, StoredObject object, @Nullable K about, @Nullable V says) {
        if (about == null || says == null) {
            shelf.remove(object.path());
        } else {
            shelf.put(object.path(), about, says);
        }
    }

    private interface Reader {
        void read(StoredObject object) throws Unreadable;
    }

    private record Keeper<K, V>(Shelf<K, V> shelf, Reader reader) implements Remembered {

        /** What the API server accepted and we cannot read is newer than we are: it has no say. */
        @Override
        public void remember(StoredObject object) {
            try {
                reader.read(object);
            } catch (Unreadable newerThanWe) {
                shelf.remove(object.path());
            }
        }

        @Override
        public void forget(String path) {
            shelf.remove(path);
        }
    }
}
