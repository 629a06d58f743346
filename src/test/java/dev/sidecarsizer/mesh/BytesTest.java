package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BytesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "128974848, 128974848",
        "129e6, 129000000",
        "129M, 129000000",
        "128974848000m, 128974848",
        "123Mi, 128974848",
        "1.5Gi, 1610612736",
        ".5Ki, 512",
        "5., 5",
        "+1k, 1000",
        "1E, 1000000000000000000",
        "1E3, 1000",
        "1e-3, 1",
        "1n, 1",
        "0.0000001, 1",
        "7Ei, 8070450532247928832",
        "9223372036854775807, 9223372036854775807"
    })
    void readsQuantitiesAsKubernetesDoes(String quantity, long bytes) {
        assertThat(Bytes.parse(quantity)).isEqualTo(new Bytes(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "-1",
                "-1Mi",
                "1.5.5",
                "1 Mi",
                " 1Mi",
                "1Mi ",
                "1mi",
                "1KI",
                "Mi",
                ".",
                "e3",
                "0x10",
                "NaN",
                "Infinity",
                "1e",
                "1e+",
                "1Mi\n",
                "١Mi",
                "8Ei",
                "9223372036854775808",
                "1e99",
                "1e100",
                "1e999999999",
                "1e-999999999",
                "1E1000000",
                "99999999999999999999999999999999999999999999"
            })
    @Timeout(1)
    void refusesWhatIsNoAmountOfMemoryAndSaysWhatWouldBe(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Bytes.parse(text)).withMessageContaining("192Mi");
        assertThat(Bytes.orNull(text)).isNull();
    }

    @Test
    @Timeout(5)
    void refusesTextOfAnyLengthInBoundedTimeWithoutRepeatingIt() {
        String digits = "9".repeat(3_000_000);
        for (String text : new String[] {digits, "1." + digits, "1e" + digits, "." + digits + "Ei"}) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> Bytes.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void agreesWithFabric8() {
        Random random = new Random(20261120);
        String[] units = {"", "m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti", "e0", "e3", "E6", "e-2"};
        for (int i = 0; i < 20_000; i++) {
            String number = random.nextInt(3) == 0
                    ? random.nextInt(5000) + "." + random.nextInt(1000)
                    : String.valueOf(random.nextInt(1, 100_000));
            String quantity = number + units[random.nextInt(units.length)];
            BigDecimal theirs = io.fabric8.kubernetes.api.model.Quantity.getAmountInBytes(
                    io.fabric8.kubernetes.api.model.Quantity.parse(quantity));
            assertThat(BigDecimal.valueOf(Bytes.parse(quantity).value()))
                    .as(quantity)
                    .isEqualByComparingTo(theirs.setScale(0, RoundingMode.CEILING));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "1024, 1Ki",
        "201326592, 192Mi",
        "1073741824, 1Gi",
        "1610612736, 1536Mi",
        "139810133, 139810133",
        "9223372036854775807, 9223372036854775807",
        "1152921504606846976, 1Ei"
    })
    void writesTheLargestUnitThatDivides(long bytes, String quantity) {
        assertThat(new Bytes(bytes)).hasToString(quantity);
        assertThat(Bytes.parse(quantity)).isEqualTo(new Bytes(bytes));
    }

    @Test
    void areNeverNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Bytes(-1));
        assertThat(Bytes.mebi(1).minus(Bytes.mebi(2))).isEqualTo(Bytes.ZERO);
    }

    @Test
    void growToTheMostThatThereIsAndNoFurther() {
        Bytes most = new Bytes(Long.MAX_VALUE);
        assertThat(most.plus(Bytes.mebi(1))).isEqualTo(most);
        assertThat(most.times(1)).isEqualTo(most);
        assertThat(most.times(1.5)).isEqualTo(most);
        assertThat(Bytes.mebi(1).times(Double.POSITIVE_INFINITY)).isEqualTo(most);
    }

    @Test
    void areMultipliedUpToAWholeMebibyte() {
        assertThat(Bytes.mebi(100).times(1.2)).isEqualTo(Bytes.mebi(120));
        assertThat(new Bytes(1).times(1)).isEqualTo(Bytes.mebi(1));
        assertThat(Bytes.ZERO.times(1.2)).isEqualTo(Bytes.ZERO);
    }

    @Test
    void areHeldBetweenBounds() {
        Bytes five = Bytes.mebi(5);
        assertThat(five.atLeast(Bytes.mebi(6))).isEqualTo(Bytes.mebi(6));
        assertThat(five.atLeast(Bytes.mebi(4))).isEqualTo(five);
        assertThat(five.atMost(Bytes.mebi(4))).isEqualTo(Bytes.mebi(4));
        assertThat(five.atMost(Bytes.mebi(6))).isEqualTo(five);
        assertThat(five).isGreaterThan(Bytes.mebi(4)).isLessThan(Bytes.mebi(6));
    }
}
