package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModeTest {

    @ParameterizedTest
    @CsvSource({"off, OFF", "audit, AUDIT", "enforce, ENFORCE"})
    void isReadFromItsWord(String label, Mode mode) {
        assertThat(Mode.ofLabel(label)).isEqualTo(mode);
        assertThat(mode).hasToString(label);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Enforce", "ENFORCE", "enforce ", "enabled", "true"})
    void isOffUnlessAskedForInSoManyWords(@Nullable String label) {
        assertThat(Mode.ofLabel(label)).isEqualTo(Mode.OFF);
    }

    @Test
    void isLoweredOnly() {
        for (Mode mode : Mode.values()) {
            for (Mode cap : Mode.values()) {
                assertThat(mode.atMost(cap)).isEqualByComparingTo(mode.compareTo(cap) < 0 ? mode : cap);
            }
        }
    }
}
