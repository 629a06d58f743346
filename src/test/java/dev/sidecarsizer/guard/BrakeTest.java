package dev.sidecarsizer.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Mode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrakeTest {

    @ParameterizedTest
    @CsvSource({"off, OFF", "audit, AUDIT", "enforce, ENFORCE", "' audit\n', AUDIT"})
    void capsAtTheModeThatItNames(String word, Mode cap) {
        assertThat(Brake.of(Map.of("mode", word))).isEqualTo(new Brake(cap, null, null));
    }

    @Test
    void withoutTheKeyItIsReleased() {
        assertThat(Brake.of(Map.of())).isEqualTo(Brake.RELEASED);
        assertThat(Brake.of(Map.of("note", "audit"))).isEqualTo(Brake.RELEASED);
    }

    @Test
    void theBreakerHoldsAtAuditWhateverPeopleSay() {
        assertThat(Brake.of(Map.of("breaker", "since noon")).cap()).isEqualTo(Mode.AUDIT);
        assertThat(Brake.of(Map.of("breaker", "since noon", "mode", "enforce")).cap())
                .isEqualTo(Mode.AUDIT);
        assertThat(Brake.of(Map.of("breaker", "since noon", "mode", "off")).cap())
                .isEqualTo(Mode.OFF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AUDIT", "on", "true", "enforced"})
    void whatCannotBeReadCountsAsAudit(String word) {
        Brake brake = Brake.of(Map.of("mode", word));

        assertThat(brake.cap()).isEqualTo(Mode.AUDIT);
        assertThat(brake.fault())
                .isEqualTo(
                        "data.mode \"" + word + "\": must be off, audit or enforce, and counts as audit until it is");
    }

    @Test
    void doesNotShowAllOfALongWord() {
        assertThat(Brake.of(Map.of("mode", "x".repeat(10_000))).fault()).hasSizeLessThan(150);
    }
}
