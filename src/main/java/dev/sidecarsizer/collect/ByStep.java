package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.Health;
import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.guard.Steps;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far the sizing of a workload by {@link Steps} has come. */
final class ByStep {

    /** Between two steps; a leader that was away longer has not seen what ran meanwhile. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private @Nullable Plan plan;
    private @Nullable Rollout rollout;
    private @Nullable RolloutState state;
    private Instant stepped = Instant.EPOCH;

    /**
     * What came of a step.
     *
     * @param changed whether the profile is to say so at once
     * @param turn where it has come to, which was elsewhere before; empty where people were told, or there is nothing to tell
     */
    record Turn(boolean changed, Optional<RolloutState> turn) {}

    /** Takes over how far it had come. */
    void restore(@Nullable Rollout kept) {
        rollout = kept;
    }

    /**
     * Goes on.
     *
     * @param now what the policy asks for; {@code null} for no steps
     */
    Turn step(@Nullable Plan now, List<LivePod> pods, Trial trial, Verdict verdict, Instant at) {
        Duration passed = Duration.between(stepped, at);
        boolean counts = !passed.isNegative() && passed.compareTo(LONGEST) <= 0;
        stepped = at;
        boolean asked = plan == null && now != null && rollout == null;
        plan = now;
        Rollout before = rollout;
        List<Instant> ready = pods.stream()
                .filter(pod -> pod.sizing() == Sizing.SIZED && pod.health() == Health.READY)
                .map(LivePod::created)
                .toList();
        rollout = now == null ? null : Steps.next(before, now, ready, trial, counts ? passed : Duration.ZERO, at);
        boolean went = rollout != null && (before == null || rollout.complete() != before.complete());
        return new Turn(asked || went || (rollout == null && before != null), turn(before, verdict));
    }

    private Optional<RolloutState> turn(@Nullable Rollout before, Verdict verdict) {
        RolloutState last = state;
        state = plan == null ? null : RolloutState.of(plan, rollout, verdict instanceof Withdraw);
        if (state == last || state == null || state == RolloutState.WAITING) {
            return Optional.empty();
        }
        // the leader before has told where it was
        boolean fresh = last != null || (before == null && state != RolloutState.WITHDRAWN);
        return fresh ? Optional.of(state) : Optional.empty();
    }

    @Nullable
    Plan plan() {
        return plan;
    }

    @Nullable
    Rollout rollout() {
        return rollout;
    }

    /** Where it is; {@code null} where there is none. */
    @Nullable
    RolloutState state() {
        return state;
    }
}
