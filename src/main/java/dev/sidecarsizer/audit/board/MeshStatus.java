package dev.sidecarsizer.audit.board;

import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.store.StoredProfile;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where all workloads stand.
 *
 * @param workloads by namespace, kind and name
 */
public record MeshStatus(List<WorkloadStatus> workloads) {

    public static MeshStatus of(List<StoredProfile> profiles) {
        return new MeshStatus(profiles.stream()
                .flatMap(profile -> WorkloadStatus.of(profile).stream())
                .sorted(Comparator.comparing(one -> one.workload().toString()))
                .toList());
    }

    /** The part in each namespace. */
    public Map<String, MeshStatus> byNamespace() {
        return workloads.stream()
                .collect(Collectors.groupingBy(
                        one -> one.workload().namespace(),
                        TreeMap::new,
                        Collectors.collectingAndThen(Collectors.toList(), MeshStatus::new)));
    }

    public MeshStatus in(WorkloadStatus.Standing standing) {
        return new MeshStatus(
                workloads.stream().filter(one -> one.standing() == standing).toList());
    }

    /** The part for which there is a recommendation. */
    public MeshStatus recommended() {
        return new MeshStatus(
                workloads.stream().filter(one -> one.recommended() != null).toList());
    }

    public int size() {
        return workloads.size();
    }

    public long pods() {
        return workloads.stream().mapToLong(WorkloadStatus::pods).sum();
    }

    public long oomKills() {
        return workloads.stream().mapToLong(WorkloadStatus::oomKills).sum();
    }

    /** Workloads by the reason of their last decision, the most first. */
    public Map<String, Long> reasons() {
        return counted(workloads.stream().map(WorkloadStatus::reason));
    }

    /** Workloads by the conditions that hold, the most first. */
    public Map<String, Long> conditions() {
        return counted(workloads.stream().flatMap(one -> one.conditions().stream()));
    }

    /** The pods that run, by what became of them, as far as that is recorded. */
    public Running running() {
        return workloads.stream().map(WorkloadStatus::running).reduce(Running.NONE, Running::plus);
    }

    /** Of all pods together: what they come with. */
    public Memory before() {
        return sum(one -> one.before().times(one.pods()));
    }

    /** Of all pods together: what is recommended. */
    public Memory after() {
        return sum(one ->
                one.recommended() == null ? Memory.NONE : one.recommended().times(one.pods()));
    }

    /** Of all pods together: what they have. */
    public Memory now() {
        return sum(WorkloadStatus::reserved);
    }

    /** Of all pods together: what they would have, were all made anew. */
    public Memory then() {
        return sum(one -> one.next() == null ? one.reserved() : one.next().times(one.pods()));
    }

    private Memory sum(Function<WorkloadStatus, Memory> memory) {
        return workloads.stream().map(memory).reduce(Memory.NONE, Memory::plus);
    }

    private static Map<String, Long> counted(Stream<String> words) {
        return words
                .collect(Collectors.groupingBy(word -> word, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    }
}
