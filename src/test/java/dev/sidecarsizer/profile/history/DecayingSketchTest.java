package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecayingSketchTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HALF_LIFE = Duration.ofDays(7);
    private static final double[] QUANTILES = {0, 0.1, 0.5, 0.9, 0.99, 1};

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void isWithinItsErrorOfTheWeightedQuantile(int seed) {
        Random random = new Random(seed);
        DecayingSketch sketch = new DecayingSketch(HALF_LIFE);
        double[][] exact = new double[3000][];
        for (int i = 0; i < exact.length; i++) {
            double value = 1e7 * Math.exp(random.nextDouble() * 3);
            Instant at = START.plus(Duration.ofMinutes(10L * i));
            sketch.add(value, 1, at);
            exact[i] = new double[] {value, Math.pow(2, 600.0 * i / HALF_LIFE.toSeconds())};
        }
        Arrays.sort(exact, (a, b) -> Double.compare(a[0], b[0]));
        double all = Arrays.stream(exact).mapToDouble(one -> one[1]).sum();
        for (double q : QUANTILES) {
            // One may be a value further, where the sum of weights falls on the edge between two.
            double below = weightedQuantile(exact, q * all - 1e-6 * all);
            double above = weightedQuantile(exact, q * all + 1e-6 * all);
            assertThat(sketch.quantile(q)).as("%s", q).isBetween(below * 0.99 - 1, above * 1.01 + 1);
        }
    }

    /** An idle proxy that had one burst: what it uses when idle is told too high, and by no more than the burst allows. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 10, 24, 30, 100, 1000})
    void whatIsFarBelowTheLargestCountsAsA24thOfIt(double times) {
        double least = 1e7;
        DecayingSketch sketch = new DecayingSketch(HALF_LIFE);
        sketch.add(least * times, 1, START);
        for (int i = 0; i < 99; i++) {
            sketch.add(least, 1, START);
        }

        double counted = Math.max(least, least * times / 24);
        assertThat(sketch.quantile(0.5)).isBetween(least * 0.99, counted * 1.01);
        assertThat(sketch.quantile(1)).isBetween(least * times * 0.99, least * times * 1.01);
    }

    private static double weightedQuantile(double[][] sorted, double rank) {
        double sum = 0;
        for (double[] one : sorted) {
            sum += one[1];
            if (sum > rank) {
                return one[0];
            }
        }
        return sorted[sorted.length - 1][0];
    }

    /** As after a short window: not even one whole value. */
    @Test
    void hasQuantilesOfLittleWeight() {
        DecayingSketch sketch = new DecayingSketch(HALF_LIFE);
        sketch.add(100, 0.003, START);
        sketch.add(200, 0.001, START);
        assertThat(sketch.quantile(0.5)).isEqualTo(100, within(1.0));
        assertThat(sketch.quantile(0.9)).isEqualTo(200, within(2.0));
    }

    @Test
    void countsHalfForEachHalfLife() {
        DecayingSketch sketch = new DecayingSketch(HALF_LIFE);
        sketch.add(100, 8, START);
        assertThat(sketch.weight(START.plus(HALF_LIFE))).isEqualTo(4, within(1e-9));
        sketch.add(200, 1, START.plus(HALF_LIFE.multipliedBy(3)));
        assertThat(sketch.weight(START.plus(HALF_LIFE.multipliedBy(3)))).isEqualTo(2, within(1e-9));
        DecayingSketch.Excess excess = sketch.above(150, Double.MAX_VALUE, START.plus(HALF_LIFE.multipliedBy(3)));
        assertThat(excess.weight()).isEqualTo(1, within(1e-9));
        assertThat(excess.sum()).isEqualTo(50, within(2.0));
    }

    @Test
    void keepsItsWeightsWhenTheLandmarkMoves() {
        DecayingSketch sketch = new DecayingSketch(Duration.ofHours(1));
        double weight = 0;
        Instant at = START;
        for (int hour = 0; hour < 500; hour++) {
            at = START.plus(Duration.ofHours(hour));
            sketch.add(hour % 2 == 0 ? 100 : 0, 1, at);
            weight = weight / 2 + 1;
        }
        assertThat(sketch.weight(at)).isEqualTo(weight, within(1e-4));
        assertThat(sketch.quantile(0.1)).isZero();
        assertThat(sketch.quantile(1)).isCloseTo(100, Percentage.withPercentage(1));
    }

    @Test
    void forgetsWholly() {
        DecayingSketch sketch = new DecayingSketch(HALF_LIFE);
        sketch.add(5000, 1, START);
        sketch.add(100, 1, START.plus(HALF_LIFE.multipliedBy(40)));
        assertThat(sketch.quantile(1)).isCloseTo(100, Percentage.withPercentage(1));
    }

    @Test
    void saysZeroOfNothingAndOfZero() {
        DecayingSketch sketch = new DecayingSketch(HALF_LIFE);
        assertThat(sketch.isEmpty()).isTrue();
        assertThat(sketch.quantile(0.5)).isZero();
        assertThat(sketch.weight(START)).isZero();
        sketch.add(0, 2, START);
        assertThat(sketch.isEmpty()).isFalse();
        assertThat(sketch.quantile(1)).isZero();
        assertThat(sketch.weight(START)).isEqualTo(2);
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        DecayingSketch sketch = new DecayingSketch(HALF_LIFE);
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            double value = i % 9 == 0 ? 0 : 1e8 * Math.exp(random.nextGaussian());
            sketch.add(value, 0.5, START.plus(Duration.ofHours(i)));
        }
        byte[] written = bytes(sketch);
        DecayingSketch read = DecayingSketch.read(new DataInputStream(new ByteArrayInputStream(written)), HALF_LIFE);
        Instant now = START.plus(Duration.ofDays(30));
        assertThat(read.weight(now)).isCloseTo(sketch.weight(now), Percentage.withPercentage(1e-4));
        for (double q : QUANTILES) {
            assertThat(read.quantile(q)).as("%s", q).isEqualTo(sketch.quantile(q));
        }
        assertThat(bytes(read)).isEqualTo(written);
    }

    private static byte[] bytes(DecayingSketch sketch) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        sketch.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
