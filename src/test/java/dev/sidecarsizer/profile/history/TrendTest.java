package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class TrendTest {

    @Test
    void findsARiseUnderNoise() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Trend trend = Trend.of(days(28, day -> 100 + 2 * day + 4 * random.nextGaussian()));
            assertThat(trend.rises()).as("seed %s", seed).isTrue();
            assertThat(trend.bytesPerDay()).as("seed %s", seed).isEqualTo(2, within(0.6));
            assertThat(trend.level()).as("seed %s", seed).isEqualTo(154, within(8.0));
            assertThat(trend.in(7)).isEqualTo(trend.level() + 7 * trend.bytesPerDay(), within(1e-9));
        }
    }

    @Test
    void isFoundInNoiseOnceInAThousand() {
        int found = 0;
        for (int seed = 0; seed < 5000; seed++) {
            Random random = new Random(seed);
            found += Trend.of(days(28, day -> 100 + 10 * random.nextGaussian())).rises() ? 1 : 0;
        }
        // 5 are expected; more than 12 come up once in five hundred times.
        assertThat(found).isBetween(1, 12);
    }

    @Test
    void isNoneInAFallAndInNothingNew() {
        assertThat(Trend.of(days(28, day -> 500 - day))).isEqualTo(Trend.NONE);
        assertThat(Trend.of(days(28, day -> 500))).isEqualTo(Trend.NONE);
        assertThat(Trend.of(days(7, day -> 500 + day))).isEqualTo(Trend.NONE);
        assertThat(Trend.of(days(8, day -> 500 + day)).rises())
                .as("from eight days on")
                .isTrue();
    }

    @Test
    void doesNotHeedAnOutlier() {
        assertThat(Trend.of(days(28, day -> day == 27 ? 5000 : 500)).rises()).isFalse();
        Trend trend = Trend.of(days(28, day -> day == 3 ? 5000 : 100 + day));
        assertThat(trend.bytesPerDay()).isEqualTo(1, within(1e-9));
        assertThat(trend.level()).isEqualTo(127, within(1e-9));
    }

    @Test
    void countsDaysWithoutSamplesAsDays() {
        DailyPeaks peaks = new DailyPeaks();
        for (int day = 0; day < 28; day++) {
            peaks.add(3 * day, 100 + 6 * day);
        }
        assertThat(Trend.of(peaks.last(28)).bytesPerDay()).isEqualTo(2, within(1e-9));
    }

    private static DailyPeaks.Last days(int count, IntToDoubleFunction peak) {
        DailyPeaks peaks = new DailyPeaks();
        for (int day = 0; day < count; day++) {
            peaks.add(day, peak.applyAsDouble(day));
        }
        return peaks.last(count);
    }
}
