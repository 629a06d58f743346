package dev.sidecarsizer.backtest.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Expected intervals: R's {@code prop.test(k, n, correct = FALSE)}. */
class FiguresTest {

    @Test
    void noKillStillLeavesARisk() {
        Figures figures = of(0, 3_000);

        assertThat(figures.killRiskLow()).isZero();
        assertThat(figures.killRiskHigh()).isEqualTo(0.001279, within(1e-6));
    }

    @Test
    void theIntervalHoldsTheRate() {
        Figures figures = of(10, 100);

        assertThat(figures.killRisk()).isEqualTo(0.1);
        assertThat(figures.killRiskLow()).isEqualTo(0.05523, within(1e-5));
        assertThat(figures.killRiskHigh()).isEqualTo(0.17437, within(1e-5));
    }

    @Test
    void withoutTimeNothingIsKnown() {
        Figures figures = of(0, 0);

        assertThat(figures.killRiskHigh()).isEqualTo(1);
        assertThat(figures.killsPerMillionPodWeeks()).isZero();
        assertThat(figures.timeAboveRequest()).isZero();
    }

    @Test
    void moreKillsThanWeeksAreARiskOfOne() {
        assertThat(of(7, 0.5).killRisk()).isEqualTo(1);
        assertThat(of(7, 0.5).killRiskHigh()).isEqualTo(1);
    }

    private static Figures of(int killed, double podWeeks) {
        return new Figures(1, 0, killed, 1, podWeeks, killed, 1, 1, 1, 1, 0);
    }
}
