package dev.sidecarsizer.guard;

import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a workload of which a share is sized goes on to all of it: once sized pods were ready for as long in all as the plan
 * says, the {@link Guard} has nothing against them, and within its window none of them was killed and no limit raised. Where
 * the guard takes sizing back, the rollout begins anew with the first pod that is sized after that.
 */
public final class Steps {

    private Steps() {}

    /**
     * The next step.
     *
     * @param before the last one; {@code null} before the first
     * @param ready when the sized pods were created that are ready now
     * @param trial as of this count
     * @param passed since the last count
     * @return {@code null} where no pod is tried yet, or none any more
     */
    public static @Nullable Rollout next(
            @Nullable Rollout before, Plan plan, List<Instant> ready, Trial trial, Duration passed, Instant now) {
        if (Guard.verdict(trial, now) instanceof Withdraw) {
            return null;
        }
        // what an earlier size did is judged already
        Instant from = trial.last() == null ? Instant.EPOCH : trial.last().until();
        boolean raised = trial.raised() != null && trial.raised().since().isAfter(now.minus(Guard.WINDOW));
        Optional<Instant> oldest =
                ready.stream().filter(created -> !created.isBefore(from)).min(Comparator.naturalOrder());
        if (before == null && oldest.isEmpty()) {
            return null;
        }
        Instant since = before == null ? oldest.get() : before.since();
        Duration ran = before == null
                ? Duration.between(since, now)
                : oldest.isEmpty() ? before.ran() : before.ran().plus(passed);
        boolean goesOn = plan.goesOn()
                && ran.compareTo(plan.trial()) >= 0
                && trial.kills().isEmpty()
                && !raised;
        return new Rollout(plan.percent(), since, ran, goesOn || (before != null && before.complete()));
    }
}
