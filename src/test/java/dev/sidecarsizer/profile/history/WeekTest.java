package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WeekTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Outlook OUTLOOK = new Outlook(100, 0.1, 14, Trend.NONE);

    private final Week week = new Week(10, OUTLOOK);
    private final Calibration told = new Calibration();
    private final Calibration expected = new Calibration();

    @Test
    void isOverAfterSevenDays() {
        assertThat(week.isOver(16)).isFalse();
        assertThat(week.isOver(17)).isTrue();
    }

    @Test
    void isOneEventForEachPod() {
        for (int day = 10; day < 17; day++) {
            week.saw(day, 2);
        }
        week.peak(1, 110);
        week.peak(1, 90);
        week.peak(2, 120);
        week.close(NOW).tell(told);
        expected.add(OUTLOOK, 120, 1, NOW);
        expected.add(OUTLOOK, 110, 1, NOW);
        assertThat(text(told)).isEqualTo(text(expected));
    }

    @Test
    void countsNoPodWeeksMoreWhereARolloutMakesAllAnew() {
        for (int hour = 0; hour < 168; hour++) {
            week.saw(10 + hour / 24, hour == 30 ? 6 : 3);
        }
        for (int pod = 1; pod <= 6; pod++) {
            week.peak(pod, 100 + pod);
        }
        PastWeek past = week.close(NOW);
        assertThat(past.pods()).isEqualTo(6);
        assertThat(past.weeks()).isEqualTo(3 + 3 / 168.0, within(1e-9));
        past.tell(told);
        assertThat(told.weeks(NOW)).isEqualTo(past.weeks(), within(1e-6));
    }

    @Test
    void ofManyShortRunsCountsThoseWithTheHighestPeaks() {
        for (int run = 0; run < 700; run++) {
            week.saw(10 + run / 100, 1);
            week.peak(run, run == 333 ? 250 : 100 + run % 100);
        }
        week.close(NOW).tell(told);
        expected.add(OUTLOOK, 250, 1.0 / 32, NOW);
        for (int run = 0; run < 31; run++) {
            expected.add(OUTLOOK, 199 - run / 7, 1.0 / 32, NOW);
        }
        assertThat(text(told)).isEqualTo(text(expected));
    }

    @Test
    void countsTheDaysThatSomethingRanOn() {
        week.saw(10, 1);
        week.saw(13, 1);
        week.peak(1, 110);
        week.close(NOW).tell(told);
        expected.add(OUTLOOK, 110, 2.0 / 7, NOW);
        assertThat(text(told)).isEqualTo(text(expected));
    }

    @Test
    void tells32PeaksApart() {
        week.saw(10, 40);
        for (int pod = 1; pod <= 40; pod++) {
            week.peak(pod, 100 + (pod * 7) % 41);
        }
        week.close(NOW).tell(told);
        for (int pod = 0; pod < 40; pod++) {
            expected.add(OUTLOOK, 100 + Math.max(40 - pod, 9), 1.0 / 7, NOW);
        }
        assertThat(text(told)).isEqualTo(text(expected));
    }

    @Test
    void inWhichNothingRanTellsNothing() {
        week.close(NOW).tell(told);
        assertThat(text(told)).isEqualTo(text(expected));
    }

    private static String text(Calibration calibration) {
        return Text.of(calibration::write);
    }
}
