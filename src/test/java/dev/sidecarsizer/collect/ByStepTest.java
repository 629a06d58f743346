package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.LivePod.Health;
import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people are told of a rollout, minute by minute. */
class ByStepTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Plan ALL = new Plan(10, Duration.ofMinutes(30), true);
    private static final Plan HOLD = new Plan(10, Duration.ofMinutes(30), false);
    private static final LivePod READY = SomePod.named("shop", "a")
            .sizing(Sizing.SIZED)
            .health(Health.READY)
            .created(NOON)
            .build();

    private final ByStep steps = new ByStep();
    private final List<RolloutState> told = new ArrayList<>();
    private Instant now = NOON;
    private Trial trial = Trial.BEGIN;
    private Verdict verdict = Verdict.FINE;

    @Test
    void thatItBeginsAndThatItIsCompleteIsToldOnce() {
        step(ALL, 10);
        assertThat(told).isEmpty();
        assertThat(steps.state()).isEqualTo(RolloutState.WAITING);

        step(ALL, 60, READY);
        assertThat(told).containsExactly(RolloutState.TRYING, RolloutState.COMPLETE);
    }

    @Test
    void thatItIsHeldIsToldOnceAndThatItGoesOnAfterThatToo() {
        step(HOLD, 60, READY);
        assertThat(told).containsExactly(RolloutState.TRYING, RolloutState.HELD);

        step(ALL, 2, READY);
        assertThat(told).endsWith(RolloutState.COMPLETE).hasSize(3);
    }

    @Test
    void thatItIsTakenBackAndBeginsAnewIsTold() {
        step(ALL, 5, READY);
        Withdraw withdrawn = new Withdraw(now, now.plus(Duration.ofMinutes(20)), 1, "3 kernel kills");
        trial = Trial.BEGIN.with(withdrawn);
        verdict = withdrawn;
        step(ALL, 20, READY);
        assertThat(told).containsExactly(RolloutState.TRYING, RolloutState.WITHDRAWN);

        verdict = Verdict.FINE;
        LivePod next = SomePod.named("shop", "b")
                .sizing(Sizing.SIZED)
                .health(Health.READY)
                .created(now)
                .build();
        step(ALL, 5, next);
        assertThat(told).endsWith(RolloutState.TRYING).hasSize(3);
    }

    @Test
    void theNextLeaderDoesNotTellWhatTheLastOneDid() {
        steps.restore(new Rollout(10, NOON, Duration.ofMinutes(10), false));
        step(ALL, 5, READY);
        assertThat(told).isEmpty();

        step(ALL, 30, READY);
        assertThat(told).containsExactly(RolloutState.COMPLETE);
    }

    @Test
    void whereNobodyAsksForStepsThereIsNothingToTell() {
        step(null, 60, READY);

        assertThat(told).isEmpty();
        assertThat(steps.state()).isNull();
    }

    private void step(@Nullable Plan plan, int minutes, LivePod... pods) {
        for (int i = 0; i < minutes; i++) {
            now = now.plus(Duration.ofMinutes(1));
            steps.step(plan, List.of(pods), trial, verdict, now).turn().ifPresent(told::add);
        }
    }
}
