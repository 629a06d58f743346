package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScrapeTest {

    /** As bench/backtest/generate.py seen counted it. */
    @ParameterizedTest(name = "every {0} s: {1}")
    @CsvSource({"20, 0.975", "30, 0.943", "60, 0.883", "120, 0.821", "300, 0.753", "600, 0.718"})
    void seesAtMostWhatWasMeasured(double secondsApart, double measured) {
        assertThat(Scrape.seen(secondsApart)).isCloseTo(measured, within(0.03)).isLessThan(measured + 0.01);
    }

    @Test
    void seesAllOfWhatIsMeasuredAsOftenAsCanBe() {
        assertThat(Scrape.seen(0)).as("nothing seen yet").isEqualTo(1);
        assertThat(Scrape.seen(5)).isEqualTo(1);
        assertThat(Scrape.seen(10)).isEqualTo(1);
    }

    @Test
    void promisesStillSomethingOfASampleADay() {
        assertThat(Scrape.seen(86_400)).isBetween(0.3, 0.4);
    }
}
