package dev.sidecarsizer.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.guard.Guard.Seen;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Trial;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GuardTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Seen TEN = new Seen(10, 0, 0);

    private Instant now = NOON;
    private Trial trial = Trial.BEGIN;
    private int killed;

    @Test
    void oneKillIsNoise() {
        count(TEN);
        kill();
        count(TEN);

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void killsThatAreOlderThanTheHoursThatAreCountedAreNoPast() {
        killUnsized(now.minus(Duration.ofDays(30)));
        killUnsized(now);
        assertThat(trial.pastKills()).as("before the first count").isZero();

        count(new Seen(0, 10, 0));
        killUnsized(now.minus(Duration.ofDays(30)));
        assertThat(trial.pastKills()).as("a status of last month").isZero();

        pass(MINUTE);
        killUnsized(now);
        assertThat(trial.pastKills()).isEqualTo(1);

        pass(Duration.ofHours(1));
        killUnsized(now);
        assertThat(trial.pastKills()).as("while nobody counted").isEqualTo(1);
    }

    private void killUnsized(Instant at) {
        trial = Guard.killed(trial, "of an unsized pod", false, NOON, at, now);
    }

    @Test
    void threeKillsWithinSomeHoursWithdraw() {
        count(TEN);
        killTimes(3);
        count(TEN);

        assertThat(verdict()).isInstanceOfSatisfying(Withdraw.class, withdrawn -> {
            assertThat(withdrawn.times()).isEqualTo(1);
            assertThat(withdrawn.until()).isEqualTo(withdrawn.since().plus(Duration.ofDays(1)));
            assertThat(withdrawn.why())
                    .isEqualTo("3 kernel kills of pods that we sized within 6 hours, where its own past makes 0.0");
        });
    }

    @Test
    void onePodThatIsKilledAgainAndAgainAmongOthersIsNoise() {
        count(TEN);
        for (int i = 0; i < 5; i++) {
            kill("noisy");
        }
        count(TEN);
        assertThat(verdict()).isEqualTo(Verdict.FINE);

        kill("another");
        count(TEN);

        assertThat(verdict()).isInstanceOf(Withdraw.class);
    }

    @Test
    void aPodThatIsAloneSpeaksForItsWorkload() {
        for (int i = 0; i < 3; i++) {
            kill("alone");
        }
        count(new Seen(1, 0, 0));

        assertThat(verdict()).isInstanceOf(Withdraw.class);
    }

    @Test
    void killsFarApartDoNotComeTogether() {
        for (int i = 0; i < 10; i++) {
            kill();
            count(TEN);
            pass(Duration.ofHours(3).plus(MINUTE));
        }

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    /** Ten pods had a kill an hour before they were sized: two an hour are no news. */
    @Test
    void whatItsOwnPastWasLikeIsHeldAgainstIt() {
        for (int hour = 0; hour < 48; hour++) {
            for (int i = 0; i < 60; i++) {
                count(new Seen(0, 10, 0));
            }
            pass(MINUTE);
            killUnsized(now);
        }
        for (int i = 0; i < 12; i++) {
            kill();
            pass(Duration.ofMinutes(29));
            count(TEN);
        }
        assertThat(verdict()).isEqualTo(Verdict.FINE);

        killTimes(12);
        count(TEN);

        assertThat(verdict()).isInstanceOf(Withdraw.class);
    }

    /** 300 pods had two kills an hour, which makes twelve in six: three times as many are more than a trial keeps. */
    @Test
    void manyPodsThatAreKilledMuchMoreOftenThanBeforeWithdraw() {
        pastOf300(2);

        killsOf300(40);

        assertThat(verdict()).isInstanceOfSatisfying(Withdraw.class, withdrawn -> assertThat(withdrawn.why())
                .startsWith("32 kernel kills of pods that we sized within 48 minutes"));
    }

    @Test
    void manyPodsThatAreKilledAsOftenAsBeforeDoNot() {
        pastOf300(20);

        for (int hour = 0; hour < 12; hour++) {
            killsOf300(20);
        }

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    private void pastOf300(int killsAnHour) {
        for (int hour = 0; hour < 24; hour++) {
            for (int i = 0; i < 60; i++) {
                count(new Seen(0, 300, 0));
                if (i < killsAnHour) {
                    killUnsized(now.plusMillis(1));
                }
            }
        }
    }

    /** Over an hour. */
    private void killsOf300(int kills) {
        for (int i = 0; i < 60; i++) {
            if (i * kills / 60 < (i + 1) * kills / 60) {
                kill();
            }
            count(new Seen(300, 0, 0));
        }
    }

    @Test
    void sizedPodsThatNeverBecomeReadyWithdraw() {
        count(new Seen(2, 0, 2));
        assertThat(verdict()).isEqualTo(Verdict.FINE);

        count(new Seen(3, 0, 3));

        assertThat(verdict()).isInstanceOfSatisfying(Withdraw.class, withdrawn -> assertThat(withdrawn.why())
                .isEqualTo("3 pods that we sized never became ready"));
    }

    @Test
    void isTriedAgainAndHoldsTwiceAsLongEachTimeUpToAWeek() {
        for (int days : new int[] {1, 2, 4, 7, 7}) {
            killTimes(3);
            count(TEN);
            assertThat(verdict()).isInstanceOfSatisfying(Withdraw.class, withdrawn -> assertThat(
                            Duration.between(withdrawn.since(), withdrawn.until()))
                    .hasDays(days));
            pass(Duration.ofDays(days));
            assertThat(verdict()).as("it is tried again").isEqualTo(Verdict.FINE);
        }
    }

    @Test
    void isAFirstTimeAgainAfterFourWeeksWithout() {
        killTimes(3);
        count(TEN);
        pass(Duration.ofDays(1 + 28));
        killTimes(3);
        count(TEN);

        assertThat(verdict()).isInstanceOfSatisfying(Withdraw.class, withdrawn -> assertThat(withdrawn.times())
                .isEqualTo(1));
    }

    @Test
    void podsOfTheSizeThatWasWithdrawnDoNotCountOnceMore() {
        Instant before = now;
        killTimes(3);
        count(TEN);
        for (int i = 0; i < 50; i++) {
            pass(Duration.ofHours(1));
            trial = Guard.killed(trial, "pod-" + i, true, before, now, now);
            count(TEN);
        }

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void aClockThatIsAheadDoesNotKeepAKillForEver() {
        for (int i = 0; i < 3; i++) {
            trial = Guard.killed(trial, "pod-" + i, true, now, now.plus(Duration.ofDays(300)), now);
            pass(Duration.ofHours(4));
            count(TEN);
        }

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    private void killTimes(int times) {
        for (int i = 0; i < times; i++) {
            kill();
        }
    }

    /** Of another pod each time. */
    private void kill() {
        kill("pod-" + killed++);
    }

    private void kill(String pod) {
        trial = Guard.killed(trial, pod, true, now, now, now);
    }

    private void count(Seen seen) {
        pass(MINUTE);
        trial = Guard.counted(trial, seen, now);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private Verdict verdict() {
        return Guard.verdict(trial, now);
    }
}
