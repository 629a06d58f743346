package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.Health;
import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts pods: those that run by what became of them when they were created, and those that are stuck. */
final class Census {

    /** Namespaces that are told apart; the rest are one. */
    private static final int MOST_NAMESPACES = 50;

    private static final int MOST_WORKLOADS = 50_000;
    private static final int MOST_PODS = 50_000;

    /** No namespace's name begins so. */
    static final String REST = "_rest";

    /** For so long a proxy may take to become ready, from its start on. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** And for so long nothing else would keep it from that, while others are ready. */
    private static final Duration LONG = Duration.ofMinutes(30);

    /**
     * The pods of one workload.
     *
     * @param running that run
     * @param stuck that we sized and that are stuck, while none that we sized is ready, and none else is stuck: then it is the
     *     size that they have in common
     * @param lasting whether one of these waits for half an hour, while one that we did not size is ready
     * @param restarted whose proxies were started again since the last count
     * @param limit least that one may use that we sized, running or just killed; {@code null} where not known
     */
    record Counted(Running running, int stuck, boolean lasting, List<LivePod> restarted, @Nullable Bytes limit) {}

    /** When each workload's first pod was created that we sized: what came later should be too. */
    private final Map<WorkloadKey, Instant> sizedSince = LastUsed.of(MOST_WORKLOADS);

    /** Pods of a workload that a leader before knew to be left alone, and that have not been met yet. */
    private final Map<WorkloadKey, Integer> leftAlone = new HashMap<>();

    /** Uids of those that have been. */
    private final Set<String> excused = new HashSet<>();

    /** Uids of pods that were late at the last count. */
    private Set<String> late = Set.of();

    /** Of those that were at the count before, too. */
    private Set<String> stuck = Set.of();

    /** When the proxy of a pod was started again last, by its uid. */
    private final Map<String, Instant> restarts = LastUsed.of(MOST_PODS);

    private boolean first = true;

    /**
     * Takes over from the leader before how many pods of a workload ran that were neither sized nor missed: this one cannot tell
     * what held them back then.
     */
    void restore(WorkloadKey workload, int pods) {
        leftAlone.put(workload, pods);
    }

    /**
     * Counts all pods anew.
     *
     * @param workloads all pods that there are
     * @param each told of each workload that has a pod
     * @return the sums, by namespace; those with few unsized pods come together under {@value #REST}
     */
    Map<String, Running> count(
            Map<WorkloadKey, List<LivePod>> workloads, Instant now, BiConsumer<WorkloadKey, Counted> each) {
        Set<String> before = late;
        List<LivePod> pods = workloads.values().stream().flatMap(List::stream).toList();
        late = pods.stream().filter(pod -> isLate(pod, now)).map(LivePod::uid).collect(Collectors.toSet());
        excused.retainAll(pods.stream().map(LivePod::uid).collect(Collectors.toSet()));
        stuck = late.stream().filter(before::contains).collect(Collectors.toSet());
        Map<String, Running> namespaces = new TreeMap<>();
        workloads.forEach((workload, some) -> {
            List<LivePod> running = some.stream().filter(LivePod::running).toList();
            Running sum = count(workload, running);
            namespaces.merge(workload.namespace(), sum, Running::plus);
            List<LivePod> restarted = some.stream().filter(this::isRestarted).toList();
            List<LivePod> unready = stuck(some);
            each.accept(
                    workload,
                    new Counted(
                            sum,
                            unready.size(),
                            isLasting(unready, some, now),
                            first ? List.of() : restarted,
                            limit(some)));
        });
        first = false;
        return bounded(namespaces);
    }

    /**
     * Whether the pod was late to become ready at the last two counts: a leader that is new does not know whether a pod that is
     * not ready for a moment was ready before.
     */
    boolean isStuck(LivePod pod) {
        return stuck.contains(pod.uid());
    }

    /** Since the last count; what happened before the first one, a leader before this one has counted. */
    private boolean isRestarted(LivePod pod) {
        return pod.restarted() != null && !pod.restarted().equals(restarts.put(pod.uid(), pod.restarted()));
    }

    private static @Nullable Bytes limit(List<LivePod> pods) {
        return pods.stream()
                .filter(pod -> pod.sizing() == Sizing.SIZED)
                .flatMap(pod -> Stream.ofNullable(pod.limit()))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static boolean isLate(LivePod pod, Instant now) {
        return pod.health() == Health.NOT_READY
                && pod.started() != null
                && pod.started().isBefore(now.minus(PATIENCE));
    }

    private List<LivePod> stuck(List<LivePod> pods) {
        boolean served = pods.stream().anyMatch(pod -> pod.sizing() == Sizing.SIZED && pod.health() == Health.READY);
        List<LivePod> found = pods.stream().filter(this::isStuck).toList();
        boolean sized = found.stream().allMatch(pod -> pod.sizing() == Sizing.SIZED);
        return sized && !served ? found : List.of();
    }

    private static boolean isLasting(List<LivePod> stuck, List<LivePod> pods, Instant now) {
        return pods.stream().anyMatch(pod -> pod.sizing() != Sizing.SIZED && pod.health() == Health.READY)
                && stuck.stream()
                        .flatMap(pod -> Stream.ofNullable(pod.started()))
                        .anyMatch(started -> started.isBefore(now.minus(LONG)));
    }

    private Running count(WorkloadKey workload, List<LivePod> pods) {
        pods.stream()
                .filter(pod -> pod.sizing() == Sizing.SIZED)
                .forEach(pod -> sizedSince.merge(workload, pod.created(), (a, b) -> a.isBefore(b) ? a : b));
        Instant since = sizedSince.getOrDefault(workload, Instant.MAX);
        excuse(leftAlone.remove(workload), since, pods);
        Running sum = Running.NONE;
        for (LivePod pod : pods) {
            boolean missed = pod.sizing() == Sizing.MISSED || (isLater(pod, since) && !excused.contains(pod.uid()));
            sum = sum.plus(new Running(
                    pod.sizing() == Sizing.SIZED ? 1 : 0,
                    pod.sizing() == Sizing.KEPT ? 1 : 0,
                    missed ? 1 : 0,
                    pod.sizing() == Sizing.EARLIER && !missed ? 1 : 0,
                    pod.byNet() ? 1 : 0,
                    pod.isMisfit() ? 1 : 0));
        }
        return sum;
    }

    /** The oldest: what came while nobody led is younger. */
    private void excuse(@Nullable Integer known, Instant since, List<LivePod> pods) {
        if (known == null) {
            return;
        }
        long others = pods.stream()
                .filter(pod -> pod.sizing() == Sizing.KEPT || (pod.sizing() == Sizing.EARLIER && !isLater(pod, since)))
                .count();
        pods.stream()
                .filter(pod -> isLater(pod, since))
                .sorted(Comparator.comparing(LivePod::created))
                .limit(Math.max(0, known - others))
                .forEach(pod -> excused.add(pod.uid()));
    }

    private static boolean isLater(LivePod pod, Instant since) {
        return pod.sizing() == Sizing.EARLIER && pod.created().isAfter(since);
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
