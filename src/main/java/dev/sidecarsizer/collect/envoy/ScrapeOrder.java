package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Whose statistics are read next: the workload whose turn is the longest ago, and of its few pods with the most memory
 * the one that was read the longest ago. In a mesh of {@code w} workloads each is seen within {@code w} reads.
 */
final class ScrapeOrder {

    private final int podsPerWorkload;
    private final Duration rest;
    private final Map<PodName, Instant> pods = new HashMap<>();
    private final Map<WorkloadKey, Instant> workloads = new HashMap<>();

    /**
     * @param podsPerWorkload of how many pods of a workload it is one
     * @param rest for which a pod is left alone
     */
    ScrapeOrder(int podsPerWorkload, Duration rest) {
        this.podsPerWorkload = podsPerWorkload;
        this.rest = rest;
    }

    /**
     * The next one; it counts as read from then on, whatever comes of it.
     *
     * @param live the pods there are
     * @param memory what each uses
     */
    Optional<LivePod> next(Collection<LivePod> live, ToLongFunction<PodName> memory, Instant now) {
        Map<WorkloadKey, List<LivePod>> byWorkload = live.stream()
                .filter(pod -> pod.running() && pod.ip() != null)
                .collect(Collectors.groupingBy(LivePod::workload));
        workloads.keySet().retainAll(byWorkload.keySet());
        forgetGone(live);
        Optional<LivePod> next = byWorkload.entrySet().stream()
                .sorted(Comparator.comparing(
                                (Map.Entry<WorkloadKey, List<LivePod>> entry) -> last(workloads, entry.getKey()))
                        .thenComparing(entry -> entry.getKey().name())
                        .thenComparing(entry -> entry.getKey().namespace()))
                .flatMap(entry -> largest(entry.getValue(), memory).stream()
                        .filter(pod -> !last(pods, pod.name()).plus(rest).isAfter(now))
                        .min(Comparator.comparing(pod -> last(pods, pod.name())))
                        .stream())
                .findFirst();
        next.ifPresent(pod -> {
            pods.put(pod.name(), now);
            workloads.put(pod.workload(), now);
        });
        return next;
    }

    private List<LivePod> largest(List<LivePod> all, ToLongFunction<PodName> memory) {
        return all.stream()
                .sorted(Comparator.comparingLong((LivePod pod) -> memory.applyAsLong(pod.name()))
                        .reversed()
                        .thenComparing(pod -> pod.name().toString()))
                .limit(podsPerWorkload)
                .toList();
    }

    private void forgetGone(Collection<LivePod> live) {
        if (pods.size() > live.size()) {
            Set<PodName> names = new HashSet<>();
            live.forEach(pod -> names.add(pod.name()));
            pods.keySet().retainAll(names);
        }
    }

    private static <K> Instant last(Map<K, Instant> times, K of) {
        return times.getOrDefault(of, Instant.EPOCH);
    }
}
