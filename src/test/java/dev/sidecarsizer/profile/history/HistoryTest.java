package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.profile.Learnt;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {

    private final History history = new History();

    @Test
    void takesAWindowOnce() {
        assertThat(add(Windows.hour(5), Windows.of(1, Windows.hour(5), 100, 60)))
                .isTrue();
        assertThat(history.through()).isEqualTo(Windows.hour(5));
        String before = history.encode();
        assertThat(add(Windows.hour(5), Windows.of(1, Windows.hour(5), 900, 60)))
                .isFalse();
        assertThat(add(Windows.hour(4), Windows.of(1, Windows.hour(4), 900, 60)))
                .isFalse();
        assertThat(history.encode()).isEqualTo(before);
    }

    @Test
    void doesNotCountAPodWithFewerThanThreeSamples() {
        add(Windows.hour(1), Windows.of(1, Windows.hour(1), 100, 2));
        assertThat(history.measured(null)).isEmpty();
        add(Windows.hour(2));
        add(Windows.hour(3), Windows.of(1, Windows.hour(3), 100, 2));
        assertThat(history.measured(null)).as("a window lay between").isEmpty();
    }

    @Test
    void carriesAFewSamplesOverToTheNextWindow() {
        add(Windows.hour(1), Windows.of(1, Windows.hour(1), 300, 2));
        add(Windows.hour(2), Windows.of(1, Windows.hour(2), 100, 1));
        assertThat(history.measured(null)).hasValueSatisfying(measured -> {
            assertThat(measured.peak()).isEqualTo(Bytes.mebi(300));
            assertThat(measured.pods()).isEqualTo(1);
        });
    }

    @Test
    void tellsOfTheLastDaysFromTheFirstThatHadSomething() {
        for (int day = 0; day < 3; day++) {
            if (day != 1) {
                Instant end = Windows.hour(24 * day + 5);
                add(end, Windows.of(1, end, 100 + day, 60));
            }
        }
        history.killed(
                new PodName("shop", "reviews-1"),
                Windows.hour(30),
                Windows.hour(30),
                Bytes.mebi(128),
                Windows.hour(54));

        Learnt.Daily daily = history.measured(null).orElseThrow().daily();

        assertThat(daily.through()).isEqualTo(LocalDate.ofInstant(Windows.hour(53), ZoneOffset.UTC));
        assertThat(daily.kills()).containsExactly(0, 1, 0);
        assertThat(daily.peaks().getFirst()).isEqualTo(Bytes.mebi(100));
        assertThat(daily.peaks().getLast()).isEqualTo(Bytes.mebi(102));
    }

    @Test
    void tellsOfTwoWeeksAtMost() {
        for (int day = 0; day < 20; day++) {
            Instant end = Windows.hour(24 * day + 5);
            add(end, Windows.of(1, end, 100 + day, 60));
        }

        Learnt.Daily daily = history.measured(null).orElseThrow().daily();

        assertThat(daily.peaks())
                .hasSize(Learnt.Daily.MOST)
                .startsWith(Bytes.mebi(106))
                .endsWith(Bytes.mebi(119));
        assertThat(daily.kills()).hasSize(Learnt.Daily.MOST).containsOnly(0);
    }

    /** Whatever the hour it begins at. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 12, 22, 23})
    void hasAnOutlookOnceMoreThanADayHasPassed(int begin) {
        for (int hour = begin + 1; hour <= begin + 24; hour++) {
            add(Windows.hour(hour), Windows.of(1, Windows.hour(hour), 100, 60));
            assertThat(history.outlook()).as("%d hours", hour - begin).isEmpty();
        }
        assertThat(history.seenFor()).isEqualTo(Windows.LENGTH.multipliedBy(24));
        add(Windows.hour(begin + 25), Windows.of(1, Windows.hour(begin + 25), 100, 60));
        assertThat(history.outlook().map(Outlook::days)).contains(1);
        assertThat(history.days()).isEqualTo(1);
    }

    /** A job's pods of five minutes, one after the other, are one that stays. */
    @Test
    void countsPodsThatAreThereForAMomentForSoMuch() {
        Calibration short30 = new Calibration();
        for (int hour = 1; hour <= 24 * 30; hour++) {
            List<PodWindow> windows = new ArrayList<>();
            for (int pod = 0; pod < 12; pod++) {
                windows.add(Windows.of(12 * hour + pod, Windows.hour(hour), 100, 10));
            }
            history.add(Windows.hour(hour), windows, 30);
            Instant end = Windows.hour(hour);
            history.pastWeek().filter(week -> week.at().equals(end)).ifPresent(week -> week.tell(short30));
        }
        assertThat(short30.weeks(Windows.hour(24 * 30))).isBetween(1.5, 3.0);
    }

    @Test
    void aKillThatIsToldLateIsOfItsOwnWeek() {
        for (int hour = 1; hour <= 24 * 10; hour++) {
            add(Windows.hour(hour), Windows.of(1, Windows.hour(hour), 100, 60));
        }
        killed(1, Windows.hour(24 * 5), Bytes.mebi(900));
        for (int hour = 24 * 10 + 1; hour <= 24 * 16; hour++) {
            add(Windows.hour(hour), Windows.of(1, Windows.hour(hour), 100, 60));
        }
        assertThat(history.pastWeek().orElseThrow().peaks().getFirst()).isEqualTo(100f * 1024 * 1024);
    }

    @Test
    void countsNoDaysOnWhichNothingWasSeen() {
        add(Windows.noon(0), Windows.of(1, Windows.noon(0), 100, 60));
        add(Windows.noon(9), Windows.of(1, Windows.noon(9), 100, 60));
        assertThat(history.days()).isEqualTo(2);
    }

    @Test
    void tellsTheMeshOfItsWeeks() {
        Calibration calibration = new Calibration();
        for (int day = 0; day < 30; day++) {
            Instant end = Windows.noon(day);
            add(end, Windows.of(1, end, 100, 60), Windows.of(2, end, 110, 60));
            history.pastWeek().filter(week -> week.at().equals(end)).ifPresent(week -> week.tell(calibration));
        }
        // The first stands on two days, the next on more than a week: days 3 to 9, 10 to 16, 17 to 23.
        assertThat(calibration.weeks(Windows.noon(29))).isBetween(3.5, 6.0);
    }

    @Test
    void takesAKillForTheDaysPeakOnce() {
        quietDays(0, 3);
        assertThat(killed(1, Windows.hour(65), Bytes.mebi(256))).isTrue();
        assertThat(killed(1, Windows.hour(65), Bytes.mebi(256))).isFalse();
        assertThat(history.oomKills()).isEqualTo(1);
        assertThat(history.oomLimit()).contains(Bytes.mebi(256));
        assertThat(history.outlook())
                .hasValueSatisfying(outlook -> assertThat(outlook.highest()).isEqualTo(256.0 * 1024 * 1024));
        assertThat(history.days()).isEqualTo(2);
    }

    @Test
    void takesTheLimitThatWasTooSmallToServeWithForTheDaysPeak() {
        quietDays(0, 3);
        Bytes limit = Bytes.mebi(128);

        assertThat(history.shed(Windows.pod(1), Bytes.mebi(100), limit)).isTrue();
        assertThat(history.shed(Windows.pod(2), Bytes.mebi(100), limit))
                .as("known already")
                .isFalse();

        assertThat(history.outlook().orElseThrow().highest()).isEqualTo(128.0 * 1024 * 1024);
        assertThat(history.oomKills()).isZero();
        assertThat(history.days()).isEqualTo(2);
        for (Target target : List.of(Target.DEFAULT, new Target.Headroom(1.2))) {
            assertThat(Recommender.of(history, new Calibration(), target, history.through()))
                    .hasValueSatisfying(next -> assertThat(next.memoryLimit()).isGreaterThan(limit));
        }
        quietDays(3, 17);
        assertThat(history.outlook().orElseThrow().highest())
                .as("14 days later")
                .isEqualTo(100.0 * 1024 * 1024);
    }

    @Test
    void aLimitThatWasNeverHalfUsedIsNotWhatWasTooSmall() {
        assertThat(history.shed(Windows.pod(1), Bytes.mebi(200), Bytes.mebi(210)))
                .as("before anything was seen")
                .isFalse();
        quietDays(0, 3);

        assertThat(history.shed(Windows.pod(1), Bytes.mebi(100), Bytes.mebi(210)))
                .isFalse();

        assertThat(history.outlook().orElseThrow().highest()).isEqualTo(100.0 * 1024 * 1024);
        assertThat(history.shed(Windows.pod(1), Bytes.mebi(110), Bytes.mebi(210)))
                .as("it takes more now")
                .isTrue();
    }

    @Test
    void takesNoKillForLaterThanNow() {
        quietDays(0, 1);
        Instant wrong = Windows.noon(400);
        assertThat(history.killed(Windows.pod(1), Windows.noon(0), wrong, Bytes.mebi(256), Windows.noon(0)))
                .isTrue();
        assertThat(history.killed(Windows.pod(1), Windows.noon(0), wrong, Bytes.mebi(256), Windows.noon(2)))
                .as("told apart by the time it has")
                .isFalse();
        quietDays(1, 15);
        assertThat(history.oomKills()).isZero();
        assertThat(history.outlook().orElseThrow().highest()).isEqualTo(100.0 * 1024 * 1024);
    }

    @Test
    void takesNoKillForEarlierThanItsPod() {
        quietDays(0, 20);
        Instant wrong = Instant.parse("1970-01-02T00:00:00Z");
        assertThat(history.killed(Windows.pod(1), Windows.noon(18), wrong, Bytes.mebi(256), Windows.noon(19)))
                .isTrue();

        assertThat(history.oomKills()).as("it is not forgiven at once").isEqualTo(1);
        assertThat(history.oomLimit()).contains(Bytes.mebi(256));
        assertThat(history.killed(Windows.pod(1), Windows.noon(18), wrong, Bytes.mebi(256), Windows.noon(19)))
                .as("told apart by the time it has")
                .isFalse();
        quietDays(20, 34);
        assertThat(history.oomKills()).isZero();
    }

    @Test
    void countsAKillAtAnUnknownLimit() {
        assertThat(killed(1, Windows.hour(1), null)).isTrue();
        assertThat(history.oomKills()).isEqualTo(1);
        assertThat(history.oomLimit()).isEmpty();
    }

    @Test
    void forgivesAfterFourteenDaysWithSamples() {
        quietDays(0, 1);
        killed(1, Windows.noon(0), Bytes.mebi(256));
        quietDays(40, 53);
        assertThat(history.oomKills()).as("13 days with samples since").isEqualTo(1);
        quietDays(53, 54);
        assertThat(history.oomKills()).isZero();
        assertThat(history.oomLimit()).isEmpty();
    }

    @Test
    void doesNotBringBackWhatIsForgiven() {
        quietDays(0, 1);
        killed(1, Windows.noon(0), Bytes.mebi(1024));
        quietDays(1, 20);
        killed(2, Windows.noon(19), Bytes.mebi(128));
        assertThat(history.oomKills()).isEqualTo(1);
        assertThat(history.oomLimit()).contains(Bytes.mebi(128));
    }

    @Test
    void countsWhatPodsWereMadeFrom() {
        assertThat(history.madeLast("a", "proxyv2:1")).isFalse();
        assertThat(history.made("a", "proxyv2:1")).isTrue();
        assertThat(history.made("a", "proxyv2:1")).isFalse();
        assertThat(history.made("a", "proxyv2:2")).isTrue();
        assertThat(history.made("a", "proxyv2:1")).isFalse();
        assertThat(history.madeLast("a", "proxyv2:2")).isTrue();
        assertThat(history.made(null, "proxyv2:2")).isTrue();
        assertThat(history.makes()).isEqualTo(3);
        for (int i = 0; i < 20; i++) {
            history.made("revision-" + i, "proxyv2:2");
        }
        assertThat(history.makes()).isEqualTo(8);
        assertThat(history.madeLast("revision-19", "proxyv2:2")).isTrue();
    }

    @Test
    void knowsWhatPodsWereMadeFromAlsoWhenItBeginsAnew() {
        history.made("a", "proxyv2:1");
        history.made("a", "proxyv2:2");
        quietDays(0, 3);

        History anew = history.anew();

        assertThat(anew.measured(null)).isEmpty();
        assertThat(anew.made("a", "proxyv2:1")).isFalse();
        assertThat(anew.madeLast("a", "proxyv2:2")).isTrue();
    }

    @Test
    void isReadAsItWasWritten() throws HistoryFault {
        for (int seed = 0; seed < 20; seed++) {
            History written = random(seed);
            History read = History.decode(written.encode());
            Instant now = written.through();
            assertThat(read.encode()).isEqualTo(written.encode());
            assertThat(read.through()).isEqualTo(now);
            assertThat(read.measured(Bytes.mebi(7))).isEqualTo(written.measured(Bytes.mebi(7)));
            assertThat(read.outlook()).isEqualTo(written.outlook());
            assertThat(read.days()).isEqualTo(written.days());
            assertThat(read.oomKills()).isEqualTo(written.oomKills());
            assertThat(read.oomLimit()).isEqualTo(written.oomLimit());
            assertThat(read.seenFor()).isEqualTo(written.seenFor());
            assertThat(read.pastWeek()).isEqualTo(written.pastWeek());
            assertThat(read.target()).isEqualTo(written.target());
            assertThat(Recommender.of(read, new Calibration(), Target.DEFAULT, now))
                    .isEqualTo(Recommender.of(written, new Calibration(), Target.DEFAULT, now));
            assertThat(read.makes()).isEqualTo(written.makes());
            assertThat(read.peaksSeen()).isEqualTo(written.peaksSeen());
        }
    }

    @Test
    void isTheSameTextWhateverTheOrderOfPods() {
        List<PodWindow> windows = new ArrayList<>();
        for (int pod = 0; pod < 60; pod++) {
            windows.add(Windows.of(pod, Windows.hour(1), 50 + pod, pod % 3 + 1));
        }
        history.add(Windows.hour(1), windows, 60);
        Collections.shuffle(windows, new Random(1));
        History other = new History();
        other.add(Windows.hour(1), windows, 60);
        assertThat(other.encode()).isEqualTo(history.encode());
    }

    @Test
    void isNoLongerThanAnObjectMayKeep() throws HistoryFault {
        assertThat(full().encode()).hasSizeLessThanOrEqualTo(Learnt.LARGEST_HISTORY);
        assertThat(History.decode(full().encode()).encode()).isEqualTo(full().encode());
    }

    private static History full() {
        History full = new History();
        for (int day = 0; day < 30; day++) {
            Instant end = Windows.noon(day);
            List<PodWindow> windows = new ArrayList<>();
            for (int pod = 0; pod < 160; pod++) {
                windows.add(Windows.of(pod, end, 10 * Math.pow(1.0202, pod), 60));
            }
            for (int pod = 200; pod < 300; pod++) {
                windows.add(Windows.of(pod, end, 10, 1));
            }
            full.add(end, windows, 60);
        }
        for (int i = 0; i < 60; i++) {
            Instant at = Windows.hour(29 * 24 + 12).plusSeconds(i);
            full.killed(Windows.pod(i), at, at, Bytes.mebi(256), at);
            full.made("revision-" + i, "proxyv2:1");
        }
        return full;
    }

    @Test
    void isNotReadWhereAnythingIsOtherThanItWasWritten() {
        byte[] bytes = Base64.getDecoder().decode(random(3).encode());
        for (int at = 1; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            refuses(text(damaged), "damaged");
        }
        for (int length = 1; length < bytes.length; length++) {
            refuses(text(Arrays.copyOf(bytes, length)), "damaged");
        }
        refuses(text(Arrays.copyOf(bytes, bytes.length + 1)), "damaged");
    }

    @Test
    void isNotReadFromWhatSomebodyElseWrote() {
        refuses("", "damaged");
        refuses("{\"p50\": 1}", "damaged");
        refuses(MeshHistory.begin().encode(), "damaged");
        byte[] other = Base64.getDecoder().decode(random(3).encode());
        other[0] = 9;
        refuses(text(other), "version 9");
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void refuses(String text, String why) {
        assertThatThrownBy(() -> History.decode(text))
                .isInstanceOf(HistoryFault.class)
                .hasMessageContaining(why)
                .hasMessageContaining("begins anew");
    }

    private static History random(int seed) {
        Random random = new Random(seed);
        History history = new History();
        history.aimFor(seed % 2 == 0 ? new Target.Risk(0.01 * (seed + 1)) : new Target.Headroom(1 + seed));
        int hours = random.nextInt(24 * 40);
        for (int hour = 1; hour < 48 + hours; hour += 1 + random.nextInt(8)) {
            List<PodWindow> windows = new ArrayList<>();
            for (int pod = random.nextInt(6); pod > 0; pod--) {
                windows.add(Windows.of(
                        random.nextInt(50), Windows.hour(hour), 60 + 200 * random.nextDouble(), 1 + random.nextInt(9)));
            }
            history.add(Windows.hour(hour), windows, 60);
            if (random.nextInt(100) == 0) {
                history.killed(
                        Windows.pod(random.nextInt(50)),
                        Windows.hour(hour),
                        Windows.hour(hour),
                        Bytes.mebi(256),
                        Windows.hour(hour));
            }
            history.made("revision-" + hour / 200, "proxyv2:1");
        }
        return history;
    }

    private void quietDays(int from, int to) {
        for (int day = from; day < to; day++) {
            add(Windows.noon(day), Windows.of(1, Windows.noon(day), 100, 60));
        }
    }

    private boolean add(Instant end, PodWindow... windows) {
        return history.add(end, List.of(windows), 60);
    }

    private boolean killed(int pod, Instant at, @Nullable Bytes limit) {
        return history.killed(Windows.pod(pod), at, at, limit, at);
    }
}
