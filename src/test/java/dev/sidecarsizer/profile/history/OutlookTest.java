package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OutlookTest {

    @Test
    void ofADayLikeTheOtherHasTheLeastSpread() {
        Outlook outlook = of(100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100);
        assertThat(outlook).isEqualTo(new Outlook(100, 0.02, 14, Trend.NONE));
        // Seven of fourteen days: ln(7 / 14) + ln(1 / 0.1) = 1.609.
        assertThat(outlook.atSurprise(Math.log(10))).isEqualTo(100 * (1 + 0.02 * 1.6094), within(0.001));
        assertThat(outlook.atSurprise(0)).isEqualTo(100);
    }

    @Test
    void averagesTailAndHalves() {
        Outlook outlook = of(80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 100);
        // Of the four largest one lies 0.2 above the fifth: 0.05. Halves: 0.2 / (2 ln 2) = 0.14427.
        assertThat(outlook.spread()).isEqualTo(0.02 + (0.05 + 0.14427) / 2, within(1e-5));
        assertThat(outlook.highest()).isEqualTo(100);
    }

    @Test
    void looksAtTwoWeeksOnly() {
        DailyPeaks peaks = new DailyPeaks();
        peaks.add(0, 5000);
        for (int day = 1; day <= 14; day++) {
            peaks.add(day, 100);
        }
        assertThat(Outlook.of(peaks, 15).highest()).isEqualTo(100);
    }

    @Test
    void doesNotAverageGrowthAway() {
        Outlook outlook = of(100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210, 220, 230);
        assertThat(outlook.trend().bytesPerDay()).isEqualTo(10, within(1e-9));
        assertThat(outlook.highest()).as("a week on").isEqualTo(300, within(1e-9));
        assertThat(outlook.spread()).as("growth is no spread").isEqualTo(0.02, within(1e-9));
    }

    @Test
    void standsOnTwoDaysAtLeast() {
        Outlook outlook = of(50, 100);
        // The largest lies 0.5 above the other; halves 0.5 / (2 ln 2) apart.
        assertThat(outlook.spread()).isEqualTo(0.02 + (0.5 + 0.36067) / 2, within(1e-5));
        assertThat(outlook.days()).isEqualTo(2);
    }

    @Test
    void standsOnNoMoreDaysThanHavePassed() {
        DailyPeaks peaks = new DailyPeaks();
        peaks.add(0, 100);
        peaks.add(1, 100);
        assertThat(Outlook.of(peaks, 1)).isEqualTo(new Outlook(100, 0.02, 1, Trend.NONE));
    }

    @Test
    void takesHalfItsSpreadFromOthers() {
        assertThat(new Outlook(100, 0.1, 14, Trend.NONE).leaningOn(0.3))
                .isEqualTo(new Outlook(100, 0.2, 14, Trend.NONE));
    }

    @Test
    void surpriseIsTheInverseOfUse() {
        Outlook outlook = new Outlook(100, 0.1, 14, Trend.NONE);
        for (double surprise = Math.log(2); surprise < 8; surprise += 0.5) {
            assertThat(outlook.surpriseOf(outlook.atSurprise(surprise))).isEqualTo(surprise, within(1e-9));
        }
        Outlook young = new Outlook(100, 0.1, 2, Trend.NONE);
        assertThat(young.surpriseOf(young.atSurprise(1))).isEqualTo(1, within(1e-9));
        assertThat(young.surpriseOf(50)).as("none").isZero();
    }

    private static Outlook of(double... each) {
        DailyPeaks peaks = new DailyPeaks();
        for (int day = 0; day < each.length; day++) {
            peaks.add(day, each[day]);
        }
        return Outlook.of(peaks, each.length);
    }
}
