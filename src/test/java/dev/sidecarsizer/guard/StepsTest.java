package dev.sidecarsizer.guard;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Trial;
import dev.sidecarsizer.profile.history.Trial.Ended;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StepsTest {

    private static final Instant BEGIN = Instant.parse("2026-11-20T10:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Plan PLAN = new Plan(10, Duration.ofHours(24), true);
    private static final List<Instant> ONE = List.of(BEGIN);
    private static final List<Instant> NONE = List.of();

    @Test
    void nothingIsTriedBeforeASizedPodIsReady() {
        assertThat(next(null, PLAN, NONE, calm(), 48)).isNull();
    }

    @Test
    void itGoesOnOnceSizedPodsRanForLongEnough() {
        Rollout first = next(null, PLAN, ONE, calm(), 0);

        assertThat(first).isEqualTo(new Rollout(10, BEGIN, Duration.ZERO, false));
        assertThat(ran(first, 23).complete()).isFalse();
        assertThat(ran(first, 24)).isEqualTo(new Rollout(10, BEGIN, Duration.ofHours(24), true));
    }

    @Test
    void onlyTheTimeCountsInWhichASizedPodIsReady() {
        Rollout away = requireNonNull(next(ran(null, 12), PLAN, NONE, calm(), 100));

        assertThat(away.ran()).isEqualTo(Duration.ofHours(12));
        assertThat(away.complete()).isFalse();
    }

    @Test
    void podsThatWereSizedBeforeThePolicyCameAreEvidence() {
        assertThat(requireNonNull(next(null, PLAN, ONE, calm(), 24)).complete()).isTrue();
        assertThat(requireNonNull(next(null, PLAN, ONE, calm(), 23)).complete()).isFalse();
    }

    @Test
    void itStaysAtTheShareWhereTheOperatorSaysSo() {
        Plan hold = new Plan(10, Duration.ofHours(24), false);

        assertThat(requireNonNull(next(null, hold, ONE, calm(), 1000)).complete())
                .isFalse();
    }

    @Test
    void itDoesNotGoOnWhileAKillIsFresh() {
        Trial killed = Trial.BEGIN.with(List.of(new Ended(BEGIN, 1)), List.of());

        Rollout waits = requireNonNull(next(null, PLAN, ONE, killed, 24));
        assertThat(waits.complete()).isFalse();
        assertThat(requireNonNull(next(waits, PLAN, ONE, calm(), 25)).complete())
                .isTrue();
    }

    @Test
    void itDoesNotGoOnWhileARaiseIsFresh() {
        Instant raised = BEGIN.plus(HOUR.multipliedBy(20));
        Trial trial = Trial.BEGIN.with(new Raise(raised, raised.plus(HOUR), 1, Bytes.mebi(288), "killed"));

        Rollout waits = requireNonNull(next(null, PLAN, ONE, trial, 25));
        assertThat(waits.complete()).isFalse();
        assertThat(requireNonNull(next(waits, PLAN, ONE, trial, 26)).complete()).isTrue();
    }

    @Test
    void whatIsCompleteStaysSo() {
        Trial killed = Trial.BEGIN.with(List.of(new Ended(BEGIN, 1)), List.of());

        assertThat(requireNonNull(next(ran(null, 24), PLAN, NONE, killed, 25)).complete())
                .isTrue();
    }

    @Test
    void itBeginsAnewWhereTheGuardTakesSizingBack() {
        Withdraw taken = new Withdraw(BEGIN, BEGIN.plus(HOUR.multipliedBy(24)), 1, "killed");
        Trial trial = Trial.BEGIN.with(taken);

        assertThat(next(ran(null, 24), PLAN, ONE, trial, 1)).isNull();
        assertThat(next(null, PLAN, ONE, trial, 25)).as("its pods were judged").isNull();
        Instant tried = taken.until().plus(HOUR);
        assertThat(next(null, PLAN, List.of(BEGIN, tried), trial, 26)).isEqualTo(new Rollout(10, tried, HOUR, false));
    }

    private static Trial calm() {
        return Trial.BEGIN;
    }

    /** Counted each hour. */
    private static Rollout ran(@Nullable Rollout first, int hours) {
        Rollout last = first;
        for (int hour = 0; hour <= hours; hour++) {
            last = Steps.next(
                    last, PLAN, ONE, calm(), hour == 0 ? Duration.ZERO : HOUR, BEGIN.plus(HOUR.multipliedBy(hour)));
        }
        return requireNonNull(last);
    }

    private static @Nullable Rollout next(
            @Nullable Rollout before, Plan plan, List<Instant> ready, Trial trial, int hour) {
        return Steps.next(before, plan, ready, trial, HOUR, BEGIN.plus(HOUR.multipliedBy(hour)));
    }
}
