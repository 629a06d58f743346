package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;

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
    void isOnePodWeekForEachPlace() {
        for (int day = 10; day < 17; day++) {
            week.saw(day, 2);
            week.saw(day, 1);
        }
        week.peak(1, 110);
        week.peak(1, 90);
        week.peak(2, 120);
        week.close(told, NOW);
        expected.add(OUTLOOK, 120, 1, NOW);
        expected.add(OUTLOOK, 110, 1, NOW);
        assertThat(text(told)).isEqualTo(text(expected));
    }

    @Test
    void ofManyShortRunsCountsTheHighestAsManyAsRanAtATime() {
        for (int run = 0; run < 700; run++) {
            week.saw(10 + run / 100, 1);
            week.peak(run, run == 333 ? 250 : 100 + run % 100);
        }
        week.close(told, NOW);
        expected.add(OUTLOOK, 250, 1, NOW);
        assertThat(text(told)).isEqualTo(text(expected));
    }

    @Test
    void countsTheDaysThatSomethingRanOn() {
        week.saw(10, 1);
        week.saw(13, 1);
        week.peak(1, 110);
        week.close(told, NOW);
        expected.add(OUTLOOK, 110, 2.0 / 7, NOW);
        assertThat(text(told)).isEqualTo(text(expected));
    }

    @Test
    void tells32PeaksApart() {
        week.saw(10, 40);
        for (int pod = 1; pod <= 40; pod++) {
            week.peak(pod, 100 + (pod * 7) % 41);
        }
        week.close(told, NOW);
        for (int place = 0; place < 40; place++) {
            expected.add(OUTLOOK, 100 + Math.max(40 - place, 9), 1.0 / 7, NOW);
        }
        assertThat(text(told)).isEqualTo(text(expected));
    }

    @Test
    void inWhichNothingRanTellsNothing() {
        week.close(told, NOW);
        assertThat(text(told)).isEqualTo(text(expected));
    }

    private static String text(Calibration calibration) {
        return Text.of(calibration::write);
    }
}
