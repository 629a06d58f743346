package dev.sidecarsizer.backtest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.mesh.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private static final double EXACT = 1e-9;

    @Test
    void nothingIsKnownOfTheSecondInWhichAPodIsSizedNorOfLater() {
        Fixed strategy = new Fixed(10, 100);

        replay(new History().pod("a", 1, 10, 20, 30, 40, 50).pod("b", 4, 5), 3, 2, strategy);

        assertThat(strategy.told)
                .containsExactly(
                        "1 sample a 10Mi",
                        "2 sample a 20Mi",
                        "2 window a 20Mi 15Mi 2",
                        "2 advance",
                        "3 size",
                        "3 sample a 30Mi",
                        "4 size",
                        "4 sample a 40Mi",
                        "4 sample b 5Mi",
                        "4 window a 40Mi 35Mi 2",
                        "4 window b 5Mi 5Mi 1",
                        "4 advance",
                        "5 sample a 50Mi");
    }

    @Test
    void whatIsShownUpToAnInstantIsTheSameWhateverComesAfter() {
        Fixed one = new Fixed(10, 100);
        Fixed other = new Fixed(10, 100);

        replay(new History().pod("a", 1, 10, 20, 30, 40, 50, 60).pod("b", 5, 7), 3, 2, one);
        replay(new History().pod("a", 1, 10, 20, 30, 40, 99, 1).pod("b", 5, 80), 3, 2, other);

        assertThat(upToLastSizing(one)).isEqualTo(upToLastSizing(other)).hasSizeGreaterThan(8);
    }

    @Test
    void samplesAboveTheLimitInARowAreOneKill() {
        Fixed strategy = new Fixed(10, 100);

        Figures figures = replay(new History().pod("a", 0, 50, 101, 150, 120, 100, 101, 90, 200), 0, 60, strategy);

        assertThat(figures.oomKills()).isEqualTo(3);
        assertThat(figures.podsKilled()).isEqualTo(1);
        assertThat(figures.podWeeksKilled()).isEqualTo(1);
        assertThat(strategy.told)
                .filteredOn(line -> line.contains("killed"))
                .containsExactly("1 killed a 100Mi", "5 killed a 100Mi", "7 killed a 100Mi");
    }

    @Test
    void whatCameBeforeTheSplitIsNotJudged() {
        Figures figures = replay(
                new History().pod("gone", 0, 500, 500).pod("a", 0, 500, 50, 50, 50, 150), 3, 60, new Fixed(10, 100));

        assertThat(figures.pods()).isEqualTo(1);
        assertThat(figures.oomKills()).isEqualTo(1);
        assertThat(figures.podWeeks()).isEqualTo(2 / 10_080.0, within(EXACT));
    }

    @Test
    void memoryIsCountedOverTheTimeThatSamplesStandFor() {
        Figures figures =
                replay(new History().pod("a", 0, 512, 1024, 512).pod("b", 1, 256), 0, 60, new Fixed(512, 2048));

        double hour = 1 / 60.0;
        assertThat(figures.requestGiBHours()).isEqualTo(4 * 0.5 * hour, within(EXACT));
        assertThat(figures.limitGiBHours()).isEqualTo(4 * 2 * hour, within(EXACT));
        assertThat(figures.usedGiBHours()).isEqualTo((0.5 + 1 + 0.5 + 0.25) * hour, within(EXACT));
        assertThat(figures.oracleLimitGiBHours()).isEqualTo((3 * 1 + 0.25) * hour, within(EXACT));
        assertThat(figures.wastedLimitGiBHours()).isEqualTo((8 - 3.25) * hour, within(EXACT));
        assertThat(figures.wastedRequestGiBHours()).isEqualTo((2 - 2.25) * hour, within(EXACT));
        assertThat(figures.timeAboveRequest()).isEqualTo(1 / 4.0, within(EXACT));
    }

    @Test
    void itIsKnownHowMuchIsJudged() {
        Recording seen =
                new History().pod("a", 0, 50, 50, 50, 50).pod("a", 100, 50).recording();
        Judged judged = Judged.of(seen, minute(0));
        assertThat(judged.lived()).isEqualTo(Duration.ofMinutes(3 + 10 + 1));
        assertThat(judged.gapShare()).isEqualTo(87 / 101.0, within(EXACT));
        assertThat(judged.isHardlyAnything()).isFalse();

        Recording wrong =
                new History().pod("a", 0, 50, 50, 50).pod("a", 2_000_000, 50).recording();
        assertThat(Judged.of(wrong, minute(1_000_000)).isHardlyAnything()).isTrue();
    }

    @Test
    void aPodThatNobodySizesKeepsWhatItCameWith() {
        Figures figures = replay(new History().pod("a", 0, 50, 70, 50), 0, 60, Fixed.withoutAnswer());

        assertThat(figures.podsAsTheyCame()).isEqualTo(1);
        assertThat(figures.oomKills()).isEqualTo(1);
        assertThat(figures.limitGiBHours()).isEqualTo(3 * 64 / 1024.0 / 60, within(EXACT));
    }

    @Test
    void aSlowerScrapeHidesSamplesFromStrategiesButNotFromTheJudge() {
        Fixed strategy = new Fixed(10, 100);
        Recording recording = new History().pod("a", 0, 50, 150, 60, 160, 70).recording();

        Figures figures = new Replay(
                        recording,
                        List.of(strategy),
                        new Split(minute(0), Duration.ofHours(1), Duration.ofMinutes(2)),
                        Bytes.mebi(32),
                        Bytes.mebi(64))
                .run(done -> {})
                .get(0)
                .total();

        assertThat(figures.oomKills()).isEqualTo(2);
        assertThat(strategy.told)
                .filteredOn(line -> line.contains("sample"))
                .containsExactly("0 sample a 50Mi", "2 sample a 60Mi", "4 sample a 70Mi");
    }

    @Test
    void workloadsAddUpToTheTotal() {
        Recording recording =
                new History().pod("a", 0, 50, 150).pod("b", 0, 150, 150, 20).recording();

        Outcome outcome = run(recording, 0, 60, new Fixed(10, 100)).get(0);

        assertThat(outcome.workloads()).containsOnlyKeys(History.REVIEWS);
        assertThat(outcome.workloads().get(History.REVIEWS)).isEqualTo(outcome.total());
        assertThat(outcome.total().oomKills()).isEqualTo(2);
    }

    @Test
    void theOrderIsThatOfTimeForManyPods() {
        History history = new History();
        for (int pod = 0; pod < 200; pod++) {
            long[] samples = new long[1 + pod % 7];
            Arrays.fill(samples, pod + 1);
            history.pod("pod-" + pod, pod * 13 % 50, samples);
        }
        Fixed strategy = new Fixed(1, 1000);

        replay(history, 0, 60, strategy);

        List<Integer> minutes = strategy.told.stream()
                .filter(line -> line.contains("sample"))
                .map(line -> Integer.valueOf(line.substring(0, line.indexOf(' '))))
                .toList();
        assertThat(minutes).isSorted().hasSize(200 / 7 * 28 + 1 + 2 + 3 + 4);
    }

    private static List<String> upToLastSizing(Fixed strategy) {
        return strategy.told.subList(0, strategy.told.lastIndexOf("5 size"));
    }

    private static Figures replay(History history, int judgeFrom, int windowMinutes, Strategy strategy) {
        return run(history.recording(), judgeFrom, windowMinutes, strategy)
                .get(0)
                .total();
    }

    private static List<Outcome> run(Recording recording, int judgeFrom, int windowMinutes, Strategy strategy) {
        return new Replay(
                        recording,
                        List.of(strategy),
                        new Split(minute(judgeFrom), Duration.ofMinutes(windowMinutes), Duration.ZERO),
                        Bytes.mebi(32),
                        Bytes.mebi(64))
                .run(done -> {});
    }

    private static Instant minute(int minute) {
        return Instant.ofEpochSecond(History.at(minute));
    }
}
