package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DailyPeaksTest {

    @Test
    void giveMidnightToTheDayBefore() {
        int day = DailyPeaks.day(Instant.parse("2026-03-01T12:00:00Z"));
        assertThat(DailyPeaks.day(Instant.parse("2026-03-01T00:00:01Z"))).isEqualTo(day);
        assertThat(DailyPeaks.day(Instant.parse("2026-03-02T00:00:00Z"))).isEqualTo(day);
        assertThat(DailyPeaks.day(Instant.parse("2026-03-02T00:00:01Z"))).isEqualTo(day + 1);
    }

    @Test
    void keepTheHighestOfADay() {
        DailyPeaks peaks = new DailyPeaks();
        assertThat(peaks.add(5, 100)).isTrue();
        assertThat(peaks.add(5, 90)).isFalse();
        assertThat(peaks.add(5, 110)).isFalse();
        assertThat(peaks.last(14).peaks()).containsExactly(110);
    }

    @Test
    void forgetAllButFourWeeks() {
        DailyPeaks peaks = days(0, 40);
        DailyPeaks.Last last = peaks.last(100);
        assertThat(last.size()).isEqualTo(DailyPeaks.MOST);
        assertThat(last.days()).startsWith(12).endsWith(39);
        assertThat(last.peaks()).startsWith(120).endsWith(390);
        assertThat(peaks.last(3).days()).containsExactly(37, 38, 39);
    }

    @Test
    void putALateDayInItsPlace() {
        DailyPeaks peaks = days(0, 3);
        peaks.add(5, 50);
        assertThat(peaks.add(4, 40)).isTrue();
        assertThat(peaks.last(28).days()).containsExactly(0, 1, 2, 4, 5);
        assertThat(peaks.last(28).peaks()).containsExactly(0, 10, 20, 40, 50);
    }

    @Test
    void putALateDayInItsPlaceWhenFull() {
        DailyPeaks peaks = days(10, 20);
        for (int day = 21; day < 39; day++) {
            peaks.add(day, day * 10);
        }
        assertThat(peaks.add(20, 200)).isTrue();
        DailyPeaks.Last last = peaks.last(28);
        assertThat(last.size()).isEqualTo(28);
        for (int i = 0; i < 28; i++) {
            assertThat(last.days()[i]).isEqualTo(11 + i);
            assertThat(last.peaks()[i]).isEqualTo(10 * (11 + i));
        }
        assertThat(peaks.add(3, 1000)).as("before all that is kept").isFalse();
        assertThat(peaks.last(28).peaks()).doesNotContain(1000);
    }

    private static DailyPeaks days(int from, int to) {
        DailyPeaks peaks = new DailyPeaks();
        for (int day = from; day < to; day++) {
            peaks.add(day, day * 10);
        }
        return peaks;
    }
}
