package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ScoresTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void areTheoryWhereNoneWasSeen() {
        for (double risk : new double[] {0.1, 0.01, 0.001}) {
            assertThat(new Scores().surprise(risk, NOW)).isEqualTo(Math.log(1 / risk), within(1e-9));
        }
    }

    @Test
    void areTheConformalQuantileWithAnAllowanceForLuck() {
        Scores scores = oneToAThousand();
        // A risk of 0.1 leaves 100.1 of 1001 above; luck may add 1.28 · √100.1 = 12.8; so 87, and 914 are not.
        assertThat(scores.surprise(0.1, NOW)).isBetween(0.914 * 5, 0.914 * 5 * 1.021);
        // 10.01 − 1.28 · √10.01 = 5.96: 5, and 996 are not.
        assertThat(scores.surprise(0.01, NOW)).isBetween(0.996 * 5, 0.996 * 5 * 1.021);
    }

    @Test
    void areExtrapolatedWhereTooFewWereSeen() {
        Scores scores = new Scores();
        for (int i = 0; i < 90; i++) {
            scores.add(i < 9 ? 3 : 0, 1, NOW);
        }
        // Ten weeks of theory are 3.679 above 1, by 1 each; seen are 9 of 90 above 1, by 2 each.
        double mean = (3.679 + 18) / (3.679 + 9);
        double expected = 1 + mean * Math.log((3.679 + 9) / 100 / 0.001);
        assertThat(scores.surprise(0.001, NOW)).isEqualTo(expected, within(0.2));
    }

    @Test
    void countHalfInAQuarter() {
        Scores scores = oneToAThousand();
        assertThat(scores.weeks(NOW)).isEqualTo(1000, within(1e-6));
        assertThat(scores.weeks(NOW.plus(Duration.ofDays(91)))).isEqualTo(500, within(1e-6));
        scores.add(0, 0.5, NOW.plus(Duration.ofDays(91)));
        assertThat(scores.weeks(NOW.plus(Duration.ofDays(91)))).isEqualTo(500.5, within(1e-6));
    }

    @Test
    void countTheSameInWhateverOrderTheyCome() {
        Instant later = NOW.plus(Duration.ofDays(91));
        Scores inTime = new Scores();
        inTime.add(2, 1, NOW);
        inTime.add(1, 1, later);
        Scores late = new Scores();
        late.add(1, 1, later);
        late.add(2, 1, NOW);
        assertThat(late.weeks(later)).isEqualTo(1.5, within(1e-9));
        assertThat(late.surprise(0.01, later)).isEqualTo(inTime.surprise(0.01, later), within(1e-6));
    }

    @Test
    void areMoreCarefulWithFewer() {
        assertThat(oneToAThousand().surprise(0.01, NOW.plus(Duration.ofDays(91))))
                .isGreaterThanOrEqualTo(oneToAThousand().surprise(0.01, NOW));
    }

    private static Scores oneToAThousand() {
        Scores scores = new Scores();
        for (int i = 1; i <= 1000; i++) {
            scores.add(i * 0.005, 1, NOW);
        }
        return scores;
    }
}
