package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CalibrationTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Outlook GROWN = new Outlook(100, 0.1, 14, Trend.NONE);
    private static final Outlook YOUNG = new Outlook(100, 0.1, 3, Trend.NONE);

    /** How a day's peak comes about, around 1, with the workload's own spread. */
    enum Peaks {
        EXPONENTIAL,
        NORMAL,
        LOGNORMAL;

        double draw(Random random, double scale, double spread) {
            double deviation =
                    switch (this) {
                        case EXPONENTIAL -> -Math.log(1 - random.nextDouble());
                        case NORMAL -> random.nextGaussian();
                        case LOGNORMAL -> Math.exp(random.nextGaussian()) - 1;
                    };
            return scale * Math.max(0.2, 1 + spread * deviation);
        }
    }

    /** 200 workloads of one pod; 20 weeks to learn from, and 20 that are judged. */
    @ParameterizedTest
    @EnumSource
    void keepsItsPromise(Peaks kind) {
        double[] risks = {0.1, 0.03, 0.01};
        for (int seed = 1; seed <= 3; seed++) {
            int[] exceeded = exceeded(kind, risks, seed);
            int judged = 200 * 20;
            for (int i = 0; i < risks.length; i++) {
                double promised = judged * risks[i];
                double interval = 1.96 * Math.sqrt(promised * (1 - risks[i]));
                assertThat((double) exceeded[i])
                        .as("%s, seed %s: weeks of %s above a limit of risk %s", kind, seed, judged, risks[i])
                        .isLessThanOrEqualTo(promised + interval)
                        .isGreaterThan(0);
            }
        }
    }

    private static int[] exceeded(Peaks kind, double[] risks, int seed) {
        Random random = new Random(seed);
        Calibration calibration = new Calibration();
        DailyPeaks[] mesh = new DailyPeaks[200];
        double[] scales = new double[mesh.length];
        double[] spreads = new double[mesh.length];
        for (int i = 0; i < mesh.length; i++) {
            mesh[i] = new DailyPeaks();
            scales[i] = 5e7 * Math.exp(2 * random.nextDouble());
            spreads[i] = 0.03 + 0.2 * random.nextDouble();
            for (int day = 0; day < 14; day++) {
                mesh[i].add(day, kind.draw(random, scales[i], spreads[i]));
            }
        }
        int[] exceeded = new int[risks.length];
        for (int week = 2; week < 42; week++) {
            Instant at = NOW.plus(Duration.ofDays(7L * week));
            Outlook[] outlooks = new Outlook[mesh.length];
            double[] highest = new double[mesh.length];
            for (int i = 0; i < mesh.length; i++) {
                outlooks[i] = Outlook.of(mesh[i], 14);
                for (int day = 0; day < 7; day++) {
                    double peak = kind.draw(random, scales[i], spreads[i]);
                    mesh[i].add(7 * week + day, peak);
                    highest[i] = Math.max(highest[i], peak);
                }
                for (int risk = 0; week >= 22 && risk < risks.length; risk++) {
                    exceeded[risk] += highest[i] > calibration.limit(outlooks[i], risks[risk], at) ? 1 : 0;
                }
            }
            for (int i = 0; i < mesh.length; i++) {
                calibration.add(outlooks[i], highest[i], 1, at.plus(Duration.ofDays(7)));
            }
        }
        return exceeded;
    }

    @Test
    void keepsOutlooksOnLessThanAWeekApart() {
        Calibration calibration = new Calibration();
        double grown = calibration.limit(GROWN, 0.01, NOW);
        double young = calibration.limit(YOUNG, 0.01, NOW);
        for (int i = 0; i < 500; i++) {
            calibration.add(YOUNG, 300, 1, NOW);
        }
        assertThat(calibration.limit(GROWN, 0.01, NOW)).isEqualTo(grown);
        assertThat(calibration.limit(YOUNG, 0.01, NOW)).isGreaterThan(young);
        assertThat(calibration.weeks(NOW)).isZero();
    }

    @Test
    void leansASpreadOnTheMeshs() {
        Calibration wild = new Calibration();
        Calibration quiet = new Calibration();
        for (int i = 0; i < 500; i++) {
            wild.add(new Outlook(100, 1, 14, Trend.NONE), 100, 1, NOW);
            quiet.add(new Outlook(100, 0.02, 14, Trend.NONE), 100, 1, NOW);
        }
        assertThat(wild.limit(GROWN, 0.001, NOW)).isGreaterThan(quiet.limit(GROWN, 0.001, NOW) + 10);
    }

    @Test
    void asksMoreForLessRisk() {
        Calibration calibration = new Calibration();
        assertThat(calibration.limit(GROWN, 0.001, NOW)).isGreaterThan(calibration.limit(GROWN, 0.01, NOW));
        assertThat(calibration.limit(GROWN, 0.5, NOW)).isGreaterThanOrEqualTo(100);
    }

    @Test
    void claimsARiskWithThreeTimesTheWeeksToSeeItOnce() {
        Calibration calibration = new Calibration();
        for (int i = 0; i < 29; i++) {
            calibration.add(GROWN, 100, 1, NOW);
        }
        assertThat(calibration.supports(0.1, NOW)).isFalse();
        calibration.add(GROWN, 100, 1, NOW);
        assertThat(calibration.supports(0.1, NOW)).isTrue();
        assertThat(calibration.supports(0.01, NOW)).isFalse();
        assertThat(calibration.supports(0.1, NOW.plus(Duration.ofDays(91)))).isFalse();
    }
}
