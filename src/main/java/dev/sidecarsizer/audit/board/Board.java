package dev.sidecarsizer.audit.board;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.store.Onlooker;
import dev.sidecarsizer.store.SidecarProfile;
import dev.sidecarsizer.store.StoredProfile;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All workloads that profiles tell of, held in memory for people to look at: a KiB or two each. Every replica sees the
 * same, since each watches all profiles.
 */
public final class Board implements Onlooker {

    private final Map<String, Row> rows = new ConcurrentHashMap<>();
    private final Map<String, Part> parts = new ConcurrentHashMap<>();

    /**
     * What is told of a part of a workload.
     *
     * @param subject which part
     */
    public record Part(Subject.OfWorkload subject, Packed packed) {

        /** All that its profile says. */
        public SidecarProfile.Status told() {
            return packed.status();
        }
    }

    @Override
    public void sees(StoredProfile profile) {
        String path = profile.profile().name();
        Optional<Row> row = Row.of(profile);
        row.ifPresentOrElse(whole -> rows.put(path, whole), () -> rows.remove(path));
        if (row.isEmpty() && profile.subject() instanceof Subject.OfWorkload part) {
            parts.put(path, new Part(part, Packed.of(profile.status())));
        } else {
            parts.remove(path);
        }
    }

    @Override
    public void misses(String path) {
        rows.remove(path);
        parts.remove(path);
    }

    /** All workloads, by namespace, kind and name. Of two profiles of one workload the first by name speaks. */
    public List<Row> rows() {
        Map<WorkloadKey, Row> first = new LinkedHashMap<>();
        rows.values().stream()
                .sorted(Comparator.comparing(Row::object))
                .forEach(row -> first.putIfAbsent(row.status().workload(), row));
        return first.values().stream()
                .sorted(Comparator.comparing(
                                (Row row) -> row.status().workload().namespace())
                        .thenComparing(row -> row.status().workload().kind())
                        .thenComparing(row -> row.status().workload().name())
                        .thenComparing(row -> row.status().workload().group()))
                .toList();
    }

    /** A workload; of several groups' kinds the first. */
    public Optional<Row> row(String namespace, String kind, String name) {
        // a key has a name of a certain length
        String known = new WorkloadKey(namespace, "", kind, name).name();
        return rows.values().stream()
                .filter(row -> row.status().workload().namespace().equals(namespace)
                        && row.status().workload().kind().equals(kind)
                        && row.status().workload().name().equals(known))
                .min(Comparator.comparing(Row::object));
    }

    /** What is told of a workload's revisions, and of its proxies of each concurrency. */
    public List<Part> parts(WorkloadKey workload) {
        return parts.values().stream()
                .filter(part -> part.subject().workload().equals(workload))
                .sorted(Comparator.comparing(part -> part.subject().toString()))
                .toList();
    }
}
