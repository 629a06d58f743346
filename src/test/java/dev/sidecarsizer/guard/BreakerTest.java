package dev.sidecarsizer.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.guard.Breaker.Sample;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BreakerTest {

    @ParameterizedTest(name = "{0} of {1} sized pods of {2} workloads, {3} of {4} others")
    @CsvSource({
        // failed, sized, workloads, failed, others, trips
        " 0,  1000,  0,   0,    0, false",
        "12,    24,  6,   0,   30, true",
        "12,    24,  2,   0,   30, false",
        " 4,    19,  4,   0, 1000, false",
        " 4,  1000,  4,   0, 1000, false",
        "10,  1000, 10,   0, 1000, false",
        "40,  1000, 10,   2, 1000, true",
        "40,  1000, 10,  38, 1000, false",
        "80,  1000, 10,  80,  400, false",
        "10,    20, 10,   0,    0, false",
        "13,    20, 10,   0,    0, true"
    })
    void tripsWhereSizedPodsFailSignificantlyMore(
            int failed, int sized, int workloads, int othersFailed, int others, boolean trips) {
        assertThat(Breaker.judge(new Sample(sized, failed), workloads, new Sample(others, othersFailed)))
                .matches(why -> why.isPresent() == trips);
    }

    @Test
    void saysWhy() {
        assertThat(Breaker.judge(new Sample(24, 12), 6, new Sample(30, 0)))
                .hasValue("12 of 24 sized pods of 6 workloads were OOM-killed within an hour or never became ready,"
                        + " of others 0.0 %");
    }

    /** By statsmodels' proportion_confint(10, 20, alpha=0.01, method="wilson"). */
    @Test
    void takesWilsonsInterval() {
        assertThat(Breaker.wilson(new Sample(20, 10), -2.576)).isCloseTo(0.2504, within(1e-3));
        assertThat(Breaker.wilson(new Sample(20, 10), 2.576)).isCloseTo(0.7496, within(1e-3));
        assertThat(Breaker.wilson(new Sample(20, 0), -2.576)).isCloseTo(0, within(1e-9));
    }
}
