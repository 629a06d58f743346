package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.Health;
import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Counts pods: those that run by what became of them when they were created, and those that are stuck. */
final class Census {

    /** Namespaces that are told apart; the rest are one. */
    private static final int MOST_NAMESPACES = 50;

    private static final int MOST_WORKLOADS = 50_000;

    /** No namespace's name begins so. */
    static final String REST = "_rest";

    /** For so long a proxy may take to become ready. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    /**
     * The pods of one workload.
     *
     * @param running that run
     * @param stuck that we sized and that never became ready, while none that we sized is, and none else is stuck: then it is
     *     the size that they have in common
     */
    record Counted(Running running, int stuck) {}

    /** When each workload's first pod was created that we sized: what came later should be too. */
    private final Map<WorkloadKey, Instant> sizedSince = LastUsed.of(MOST_WORKLOADS);

    /**
     * Counts all pods anew.
     *
     * @param each told of each workload that has a pod
     * @return the sums, by namespace; those with few unsized pods come together under {@value #REST}
     */
    Map<String, Running> count(Collection<LivePod> pods, Instant now, BiConsumer<WorkloadKey, Counted> each) {
        Map<WorkloadKey, List<LivePod>> workloads = pods.stream().collect(Collectors.groupingBy(LivePod::workload));
        Map<String, Running> namespaces = new TreeMap<>();
        workloads.forEach((workload, some) -> {
            Running sum = count(workload, some.stream().filter(LivePod::running).toList());
            namespaces.merge(workload.namespace(), sum, Running::plus);
            each.accept(workload, new Counted(sum, stuck(some, now)));
        });
        return bounded(namespaces);
    }

    private static int stuck(List<LivePod> pods, Instant now) {
        boolean served = pods.stream().anyMatch(pod -> pod.sizing() == Sizing.SIZED && pod.health() == Health.READY);
        List<LivePod> stuck = pods.stream()
                .filter(pod -> pod.health() == Health.NOT_READY && pod.created().isBefore(now.minus(PATIENCE)))
                .toList();
        boolean sized = stuck.stream().allMatch(pod -> pod.sizing() == Sizing.SIZED);
        return sized && !served ? stuck.size() : 0;
    }

    private Running count(WorkloadKey workload, List<LivePod> pods) {
        pods.stream()
                .filter(pod -> pod.sizing() == Sizing.SIZED)
                .forEach(pod -> sizedSince.merge(workload, pod.created(), (a, b) -> a.isBefore(b) ? a : b));
        Instant since = sizedSince.getOrDefault(workload, Instant.MAX);
        Running sum = Running.NONE;
        for (LivePod pod : pods) {
            boolean missed = pod.sizing() == Sizing.MISSED
                    || (pod.sizing() == Sizing.EARLIER && pod.created().isAfter(since));
            sum = sum.plus(new Running(
                    pod.sizing() == Sizing.SIZED ? 1 : 0,
                    pod.sizing() == Sizing.KEPT ? 1 : 0,
                    missed ? 1 : 0,
                    pod.sizing() == Sizing.EARLIER && !missed ? 1 : 0,
                    pod.isMisfit() ? 1 : 0));
        }
        return sum;
    }

    private static Map<String, Running> bounded(Map<String, Running> namespaces) {
        Map<String, Running> bounded = new TreeMap<>(Map.of(REST, Running.NONE));
        namespaces.entrySet().stream()
                .sorted(Comparator.comparing(entry -> -entry.getValue().unsized()))
                .forEach(entry -> bounded.merge(
                        bounded.size() <= MOST_NAMESPACES ? entry.getKey() : REST, entry.getValue(), Running::plus));
        return bounded;
    }
}
