package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecommenderTest {

    private final Calibration calibration = new Calibration();
    private final History history = new History();

    @Test
    void saysNothingBeforeTheFirstDayHasPassed() {
        use(0, 1, 100);
        assertThat(recommend(Target.DEFAULT)).isEmpty();
    }

    @Test
    void neverAsksForMoreThanTheLimit() {
        use(0, 14, 500);
        use(14, 28, 50);
        assertThat(history.typical().isMore(Bytes.mebi(490)))
                .as("typical use remembers longer")
                .isTrue();
        assertThat(recommend(new Target.Headroom(1.2)))
                .contains(new Recommendation(Bytes.mebi(60), Bytes.mebi(60), null));
    }

    @Test
    void givesSixteenMebibytesAtLeast() {
        use(0, 3, 1);
        assertThat(recommend(Target.DEFAULT)).contains(new Recommendation(Bytes.mebi(16), Bytes.mebi(16), null));
    }

    @Test
    void takesTheLimitFromTheRisk() {
        use(0, 14, 100);
        double seen = Scrape.seen(60);
        double limit = calibration.limit(history.outlook().orElseThrow(), 0.01 * seen, Windows.noon(14));
        assertThat(recommend(new Target.Risk(0.01)).orElseThrow().memoryLimit())
                .isEqualTo(new Bytes((long) limit).times(1));
    }

    @Test
    void addsForWhatASlowScrapeOverlooks() {
        use(0, 14, 1000);
        Bytes ofAMinute = recommend(Target.DEFAULT).orElseThrow().memoryLimit();
        history.add(Windows.noon(14), List.of(Windows.of(1, Windows.noon(14), 1000, 12)), 300);
        Bytes ofFiveMinutes = recommend(Target.DEFAULT).orElseThrow().memoryLimit();
        assertThat(ofFiveMinutes.isMore(ofAMinute)).isTrue();
        assertThat(recommend(new Target.Headroom(1.2)).orElseThrow().memoryLimit())
                .as("a fixed headroom is the operator's word")
                .isEqualTo(Bytes.mebi(1200));
    }

    @Test
    void needsThirtyWorkloadsToSpeakForOneThatNobodyKnows() {
        Recommendation most = new Recommendation(Bytes.mebi(64), Bytes.mebi(256), null);
        Recommendation less = new Recommendation(Bytes.mebi(80), Bytes.mebi(128), null);
        List<Recommendation> around = new ArrayList<>(Collections.nCopies(28, less));
        around.add(most);
        assertThat(Recommender.prior(around)).isEmpty();
        around.add(less);
        assertThat(Recommender.prior(around)).contains(new Recommendation(Bytes.mebi(80), Bytes.mebi(256), null));
    }

    private Optional<Recommendation> recommend(Target target) {
        return Recommender.of(history, calibration, target, Windows.noon(14));
    }

    private void use(int from, int to, double mebibytes) {
        for (int day = from; day < to; day++) {
            history.add(Windows.noon(day), List.of(Windows.of(1, Windows.noon(day), mebibytes, 60)), 60);
        }
    }
}
