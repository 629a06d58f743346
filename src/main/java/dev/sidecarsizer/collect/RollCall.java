package dev.sidecarsizer.collect;

import dev.sidecarsizer.guard.Breaker.Sample;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscalers;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Which pods there are, and how they do, goes to the accounts of their workloads, count by count. */
final class RollCall {

    private static final Census.Counted NOBODY = new Census.Counted(Running.NONE, 0, false, List.of(), null);

    private final Accounts accounts;
    private final Function<LivePod, Bytes> ceilings;
    private final Census census = new Census();

    /**
     * @param ceilings what the policy of a pod allows at most
     */
    RollCall(Accounts accounts, Function<LivePod, Bytes> ceilings) {
        this.accounts = accounts;
        this.ceilings = ceilings;
    }

    /**
     * A word for the owner of a pod's workload.
     *
     * @param reason of the Event
     */
    record Told(LivePod pod, String reason, String message) {}

    /** Takes over from the leader before how many pods of a workload were neither sized nor missed. */
    void restore(WorkloadKey workload, int leftAlone) {
        census.restore(workload, leftAlone);
    }

    /**
     * Counts the pods that run; a workload whose count of unsized ones changes is due at once.
     *
     * @param live by workload
     * @return the sums, by namespace
     */
    Map<String, Running> count(Map<WorkloadKey, List<LivePod>> live, Instant now) {
        Map<WorkloadKey, Census.Counted> counted = new HashMap<>();
        Map<String, Running> sums = census.count(live, now, counted::put);
        accounts.wholes().forEach(entry -> {
            LivePod pod = entry.getValue().pod;
            entry.getValue()
                    .runs(
                            counted.getOrDefault(entry.getKey().workload(), NOBODY),
                            pod == null ? null : ceilings.apply(pod),
                            now);
        });
        return sums;
    }

    /**
     * Takes in who else resizes or scales the workloads: whoever names the workload itself, or, where labels group, an owner
     * of its pods.
     *
     * @param live by workload
     */
    void scaled(Map<WorkloadKey, List<LivePod>> live, Autoscalers autoscalers) {
        accounts.wholes().forEach(entry -> {
            WorkloadKey workload = entry.getKey().workload();
            List<LivePod> its = live.getOrDefault(workload, List.of());
            Stream<WorkloadKey> owned = its.isEmpty()
                    ? Stream.of(workload)
                    : its.stream().map(LivePod::owned).distinct().sorted(Comparator.comparing(WorkloadKey::toString));
            boolean allNative = !its.isEmpty() && its.stream().allMatch(LivePod::nativeSidecar);
            entry.getValue()
                    .scaled(owned.flatMap(one -> autoscalers.over(one).stream())
                            .map(one -> allNative ? one.besideNativeSidecar() : one)
                            .toList());
        });
    }

    /**
     * Goes on with workloads of which a share is sized; after the {@link #count} of the same pods.
     *
     * @param live by workload
     * @param plans by which steps the policy of a pod has new ones sized
     * @return what their owners are to be told
     */
    List<Told> step(Map<WorkloadKey, List<LivePod>> live, Function<LivePod, Optional<Plan>> plans, Instant now) {
        List<Told> told = new ArrayList<>();
        live.forEach((workload, pods) -> {
            OfWorkload whole = OfWorkload.whole(workload);
            if (accounts.has(whole)) {
                LivePod pod = pods.getFirst();
                Optional<Plan> plan = plans.apply(pod);
                accounts.get(whole)
                        .step(plan.orElse(null), pods, now)
                        .ifPresent(state -> told.add(new Told(pod, state.event(), state.message(plan.orElseThrow()))));
            }
        });
        return told;
    }

    /** How many workloads are there with their sizing by steps. */
    long rollouts(RolloutState state) {
        return accounts.wholes()
                .filter(entry -> entry.getValue().steps.state() == state)
                .count();
    }

    /** Whether the pod never became ready, as of the last two counts. */
    boolean isStuck(LivePod pod) {
        return census.isStuck(pod);
    }

    /** How pods of all workloads did before they were sized: hours, and kills. */
    Sample past() {
        return accounts.wholes()
                .map(entry -> entry.getValue().guard.trial().past())
                .map(past -> new Sample(past.hours(), past.kills()))
                .reduce(new Sample(0, 0), Sample::plus);
    }
}
