package dev.sidecarsizer.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.guard.Guard.Death;
import dev.sidecarsizer.guard.Guard.Seen;
import dev.sidecarsizer.guard.Guard.Shedding;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.HistoryFault;
import dev.sidecarsizer.profile.history.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Seen TEN = seen(10, 0, 0);

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
        assertThat(trial.past().kills()).as("before the first count").isZero();

        count(seen(0, 10, 0));
        killUnsized(now.minus(Duration.ofDays(30)));
        assertThat(trial.past().kills()).as("a status of last month").isZero();

        pass(MINUTE);
        killUnsized(now);
        assertThat(trial.past().kills()).isEqualTo(1);

        pass(Duration.ofHours(1));
        killUnsized(now);
        assertThat(trial.past().kills()).as("while nobody counted").isEqualTo(1);
    }

    private void killUnsized(Instant at) {
        trial = Guard.killed(trial, new Death("of an unsized pod", false, NOON, at), now);
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
        count(seen(1, 0, 0));

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
                count(seen(0, 10, 0));
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
                count(seen(0, 300, 0));
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
            count(seen(300, 0, 0));
        }
    }

    @Test
    void sizedPodsThatNeverBecomeReadyWithdraw() {
        count(seen(2, 0, 2));
        assertThat(verdict()).isEqualTo(Verdict.FINE);

        count(seen(3, 0, 3));

        assertThat(verdict()).isInstanceOfSatisfying(Withdraw.class, withdrawn -> assertThat(withdrawn.why())
                .isEqualTo("3 pods that we sized never became ready"));
    }

    @Test
    void oneThatLastsIsEnough() {
        count(new Seen(0, 1, 1, false, null, null, null));
        assertThat(verdict()).isEqualTo(Verdict.FINE);

        count(new Seen(0, 1, 1, true, null, null, null));

        assertThat(verdict()).isInstanceOfSatisfying(Withdraw.class, withdrawn -> assertThat(withdrawn.why())
                .isEqualTo("1 pod that we sized never became ready"));
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
            trial = Guard.killed(trial, new Death("pod-" + i, true, before, now), now);
            count(TEN);
        }

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void aClockThatIsAheadDoesNotKeepAKillForEver() {
        for (int i = 0; i < 3; i++) {
            trial = Guard.killed(trial, new Death("pod-" + i, true, now, now.plus(Duration.ofDays(300))), now);
            pass(Duration.ofHours(4));
            count(TEN);
        }

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void killsRaiseWhereTheCeilingLeavesRoomAndWithdrawWhereRaisedPodsAreKilledToo() {
        Seen roomy = limited(seen(10, 0, 0), 192, 1024);
        killTimes(3);
        count(roomy);

        assertThat(verdict()).isInstanceOfSatisfying(Raise.class, raised -> {
            assertThat(raised.limit()).isEqualTo(Bytes.mebi(288));
            assertThat(raised.times()).isEqualTo(1);
            assertThat(raised.until()).isEqualTo(now.plus(Duration.ofDays(14)));
            assertThat(raised.why()).startsWith("3 kernel kills");
        });

        Instant before = now.minusSeconds(1);
        for (int i = 0; i < 5; i++) {
            trial = Guard.killed(trial, new Death("old-" + i, true, before, now), now);
        }
        count(roomy);
        assertThat(verdict()).as("pods of the old size are judged").isInstanceOf(Raise.class);

        killTimes(3);
        count(roomy);
        assertThat(verdict()).isInstanceOf(Withdraw.class);
        pass(Duration.ofDays(2));
        assertThat(verdict()).as("tried again with more").isInstanceOf(Raise.class);
        pass(Duration.ofDays(14));
        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void killsWithdrawAtTheCeiling() {
        killTimes(3);
        count(limited(seen(10, 0, 0), 1024, 1024));

        assertThat(verdict()).isInstanceOf(Withdraw.class);
    }

    @Test
    void restartsWithdrawWhateverTheCeiling() {
        for (int i = 0; i < 3; i++) {
            restart("pod-" + i);
            pass(Duration.ofMinutes(6));
        }
        count(limited(TEN, 192, 1024));

        assertThat(verdict()).isInstanceOfSatisfying(Withdraw.class, withdrawn -> assertThat(withdrawn.why())
                .isEqualTo("3 restarts of pods that we sized within 6 hours, where its own past makes 0.0"));
    }

    @Test
    void aNodeThatTakesManyPodsWithItIsOneRestart() {
        for (int i = 0; i < 10; i++) {
            restart("pod-" + i);
            pass(Duration.ofSeconds(20));
        }
        count(TEN);

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void restartsThatItsPastHadTooAreNoNews() {
        for (int hour = 0; hour < 24; hour++) {
            for (int i = 0; i < 60; i++) {
                count(seen(0, 10, 0));
            }
            pass(MINUTE);
            trial = Guard.restarted(trial, new Death("unsized", false, NOON, now), now);
        }
        for (int i = 0; i < 10; i++) {
            restart("pod-" + i);
            pass(Duration.ofMinutes(30));
        }
        count(TEN);

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void halfOfThePodsThatRefuseTrafficForAnHourRaiseUpToTheCeiling() {
        for (int mebi : new int[] {288, 432, 500, 500}) {
            shed(5, 10, 0, 60);
            assertThat(verdict()).isInstanceOfSatisfying(Raise.class, raised -> assertThat(raised.limit())
                    .isEqualTo(Bytes.mebi(mebi)));
        }
    }

    @Test
    void refusedTrafficAtTheCeilingChangesNothing() {
        for (int i = 0; i < 300; i++) {
            count(limited(with(TEN, new Shedding(10, 10, 0)), 500, 500));
        }

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void trafficThatIsRefusedForAMomentOrByPodsOfOthersTooIsNoise() {
        shed(10, 10, 0, 59);
        shed(2, 10, 0, 1);
        shed(10, 10, 0, 59);
        shed(10, 10, 1, 200);
        shed(4, 10, 0, 200);

        assertThat(verdict()).isEqualTo(Verdict.FINE);
    }

    @Test
    void aLookThatNobodyTookEndsNothingAndALongAbsenceDoes() {
        shed(5, 10, 0, 30);
        for (int i = 0; i < 20; i++) {
            count(limited(TEN, 192, 500));
        }
        shed(3, 10, 0, 9);
        assertThat(verdict()).isEqualTo(Verdict.FINE);
        pass(Duration.ofHours(2));
        shed(5, 10, 0, 59);
        assertThat(verdict()).isEqualTo(Verdict.FINE);

        shed(5, 10, 0, 2);
        assertThat(verdict()).isInstanceOf(Raise.class);
    }

    /** Whatever happens: no raise beyond the ceiling, nothing by one event, and the next leader concludes the same. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverHappensIsJudgedWithinBoundsAndTheSameByTheNextLeader(int seed) throws HistoryFault {
        Random random = new Random(seed);
        int raises = 0;
        int withdrawals = 0;
        for (int minute = 0; minute < 20_000; minute++) {
            Verdict before = verdict();
            Trial earlier = trial;
            int deaths = (int) Stream.of(earlier.kills(), earlier.restarts())
                    .mapToLong(List::size)
                    .max()
                    .orElse(0);
            if (random.nextInt(40) == 0) {
                kill("pod-" + random.nextInt(10));
            } else if (random.nextInt(60) == 0) {
                restart("pod-" + random.nextInt(10));
            }
            boolean sheds = minute / 150 % 5 == 0;
            count(limited(with(TEN, new Shedding(10, sheds ? 5 + random.nextInt(6) : 0, 0)), 192, 700));
            Verdict after = verdict();
            if (after instanceof Raise raised
                    && !after.equals(before)
                    && raised.since().equals(now)) {
                raises++;
                assertThat(raised.limit()).isBetween(Bytes.mebi(193), Bytes.mebi(700));
                assertThat(deaths >= 2 || earlier.sheds() != null).isTrue();
            } else if (after instanceof Withdraw && !after.equals(before)) {
                withdrawals++;
                assertThat(deaths).isGreaterThanOrEqualTo(2);
            }
            trial = Trial.decode(trial.encode());
            assertThat(verdict()).isEqualTo(after);
        }
        assertThat(raises).isPositive();
        assertThat(withdrawals).isPositive();
    }

    /** At a count a minute. */
    private void shed(int refuse, int sized, int others, int minutes) {
        for (int i = 0; i <= minutes; i++) {
            count(limited(with(TEN, new Shedding(sized, refuse, others)), 192, 500));
        }
    }

    private void restart(String pod) {
        trial = Guard.restarted(trial, new Death(pod, true, now, now), now);
    }

    private static Seen seen(int sized, int others, int stuck) {
        return new Seen(sized, others, stuck, false, null, null, null);
    }

    private static Seen limited(Seen seen, long limit, long ceiling) {
        return new Seen(
                seen.sized(),
                seen.others(),
                seen.stuck(),
                seen.lasting(),
                seen.shedding(),
                Bytes.mebi(limit),
                Bytes.mebi(ceiling));
    }

    private static Seen with(Seen seen, Shedding shedding) {
        return new Seen(
                seen.sized(), seen.others(), seen.stuck(), seen.lasting(), shedding, seen.limit(), seen.ceiling());
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
        trial = Guard.killed(trial, new Death(pod, true, now, now), now);
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
