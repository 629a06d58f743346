package dev.sidecarsizer.backtest.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.backtest.replay.Strategy;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers worked out by hand from the rules in docs/decisions/0009. */
class PeersTest {

    private static final WorkloadKey WORKLOAD = new WorkloadKey("shop", "apps", "Deployment", "reviews");
    private static final PodName A = new PodName("shop", "a");
    private static final PodName B = new PodName("shop", "b");
    private static final long START = 1_700_000_000L;
    private static final long DAY = 86_400;

    @Test
    void krrTakesTheMostOfAllPodsAndFifteenPercentUpToAMebibyte() {
        Krr krr = new Krr(1);
        steady(krr, A, 100, 200);
        krr.sample(WORKLOAD, B, at(50), Bytes.mebi(301));

        // 301 × 1.15 = 346.15
        assertThat(krr.size(WORKLOAD, at(1_000))).contains(both(Bytes.mebi(347)));
    }

    @Test
    void krrSaysNothingUnderAHundredSamples() {
        Krr krr = new Krr(1);
        steady(krr, A, 99, 200);
        assertThat(krr.size(WORKLOAD, at(1_000))).isEmpty();

        krr.sample(WORKLOAD, B, at(99), Bytes.mebi(1));
        assertThat(krr.size(WORKLOAD, at(1_000))).contains(both(Bytes.mebi(230)));
    }

    @Test
    void krrCountsWhatWasMeasuredNotWhatIsReplayed() {
        Krr krr = new Krr(12);
        steady(krr, A, 8, 200);
        assertThat(krr.size(WORKLOAD, at(1_000))).isEmpty();

        krr.sample(WORKLOAD, B, at(99), Bytes.mebi(1));
        assertThat(krr.size(WORKLOAD, at(1_000))).contains(both(Bytes.mebi(230)));
    }

    @Test
    void krrRecommendsAHundredMebibytesAtLeast() {
        Krr krr = new Krr(1);
        steady(krr, A, 100, 20);

        assertThat(krr.size(WORKLOAD, at(1_000))).contains(both(Bytes.mebi(100)));
    }

    @Test
    void krrForgetsAfterFourteenDays() {
        Krr krr = new Krr(1);
        krr.sample(WORKLOAD, A, at(0), Bytes.mebi(900));
        for (int i = 0; i < 100; i++) {
            krr.sample(WORKLOAD, A, at(DAY + i), Bytes.mebi(200));
        }

        assertThat(krr.size(WORKLOAD, at(14 * DAY))).contains(both(Bytes.mebi(1_035)));
        assertThat(krr.size(WORKLOAD, at(14 * DAY + 1))).contains(both(Bytes.mebi(230)));
        assertThat(krr.size(WORKLOAD, at(17 * DAY))).isEmpty();
    }

    @Test
    void percentilesAreOfAllSamplesOfAllPods() {
        Percentile p95 = new Percentile(95);
        Percentile p99 = new Percentile(99);
        for (int i = 1; i <= 100; i++) {
            p95.sample(WORKLOAD, i % 2 == 0 ? A : B, at(i), Bytes.mebi(i));
            p99.sample(WORKLOAD, i % 2 == 0 ? A : B, at(i), Bytes.mebi(i));
        }

        assertWithin(p95, Bytes.mebi(95));
        assertWithin(p99, Bytes.mebi(99));
    }

    @Test
    void aPercentileOfASteadyPodIsNotBelowItsUse() {
        Percentile p99 = new Percentile(99);
        for (long use = 1; use < 1L << 40; use = use * 3 + 7) {
            Percentile one = new Percentile(99);
            one.sample(WORKLOAD, A, at(0), new Bytes(use));
            assertWithin(one, new Bytes(use));
        }
        assertThat(p99.size(WORKLOAD, at(0))).isEmpty();
    }

    @Test
    void percentilesForgetADayWhenItIsFourteenDaysOld() {
        Percentile p95 = new Percentile(95);
        p95.sample(WORKLOAD, A, at(0), Bytes.mebi(500));
        p95.sample(WORKLOAD, A, at(2 * DAY), Bytes.mebi(100));

        assertThat(limit(p95, at(14 * DAY))).isGreaterThanOrEqualTo(Bytes.mebi(500));
        assertThat(limit(p95, at(15 * DAY))).isLessThan(Bytes.mebi(101));
    }

    @Test
    void vpaTakesTheClassAboveTheDailyPeakAndFifteenPercent() {
        Vpa vpa = Vpa.proportional(Bytes.mebi(128), Bytes.mebi(1_024));
        vpa.sample(WORKLOAD, A, at(0), new Bytes(200_000_000));

        // the class that holds 200 MB: log(200e6 × 0.05 / 1e7 + 1) / log 1.05 = 14.2, so it ends where 15 starts:
        // 1e7 × (1.05^15 − 1) / 0.05 = 215,785,635.9; and 15 % of the whole bytes
        assertThat(vpa.size(WORKLOAD, at(1)))
                .contains(new Memory(new Bytes(248_153_480L), new Bytes(248_153_480L * 8)));
    }

    @Test
    void vpaSharesItsLeastAmongTwoContainers() {
        Vpa vpa = Vpa.proportional(Bytes.mebi(128), Bytes.mebi(1_024));
        vpa.sample(WORKLOAD, A, at(0), Bytes.mebi(10));

        assertThat(vpa.size(WORKLOAD, at(1))).contains(new Memory(Bytes.mebi(125), Bytes.mebi(1_000)));
    }

    @Test
    void vpaKeepsRequestAndLimitTheSameWhereTheyCameSo() {
        Vpa vpa = Vpa.guaranteed(Bytes.mebi(1_024));
        vpa.sample(WORKLOAD, A, at(0), Bytes.mebi(10));

        assertThat(vpa.size(WORKLOAD, at(1))).contains(both(Bytes.mebi(125)));
    }

    @Test
    void vpaRaisesAfterAKillByAHundredMebibytesAtLeast() {
        Vpa vpa = Vpa.guaranteed(Bytes.mebi(1_024));
        vpa.sample(WORKLOAD, A, at(0), Bytes.mebi(100));
        vpa.killed(WORKLOAD, A, at(60), Bytes.mebi(125));

        // 225 MiB = 235.9 MB lie in the class that ends at 1e7 × (1.05^16 − 1) / 0.05 = 236,574,917.7
        assertThat(limit(vpa, at(61))).isEqualTo(new Bytes(236_574_917L + (long) (236_574_917L * 0.15)));
    }

    private static void steady(Strategy strategy, PodName pod, int samples, long mebibytes) {
        for (int i = 0; i < samples; i++) {
            strategy.sample(WORKLOAD, pod, at(i), Bytes.mebi(mebibytes));
        }
    }

    private static void assertWithin(Strategy strategy, Bytes exact) {
        long most = (long) (exact.value() * 1.002) + 1;
        assertThat(limit(strategy, at(1_000)).value()).isBetween(exact.value(), most);
    }

    private static Bytes limit(Strategy strategy, Instant now) {
        Optional<Memory> memory = strategy.size(WORKLOAD, now);
        return memory.map(Memory::limit).orElseThrow();
    }

    private static Memory both(Bytes bytes) {
        return new Memory(bytes, bytes);
    }

    private static Instant at(long second) {
        return Instant.ofEpochSecond(START + second);
    }
}
