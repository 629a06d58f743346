package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What we emit by the proxy's version is what the Envoy of that version knows, down to the last field. */
@Tag("mesh")
class OldestEnvoysIT {

    @ParameterizedTest(name = "Istio 1.{0}, Envoy {1}")
    @CsvSource({"28, 1.36.4", "29, 1.37.0", "30, 1.38.3", "31, 1.39.3"})
    void startFromWhatTheirReleaseGets(int release, String envoy) {
        BootstrapCheck check = BootstrapCheck.strict(envoy);

        assertThat(EveryOverride.ofRelease(release)).isNotEmpty().allSatisfy(override -> {
            Command.Outcome outcome = check.with(override);
            assertThat(outcome.ok()).as(override + "\n" + outcome.err()).isTrue();
        });
    }

    /** So that the check above can fail, and the gate stands where it must. */
    @Test
    void doNotKnowWhatTheNextReleaseGets() {
        Command.Outcome outcome =
                BootstrapCheck.strict("1.37.0").with(EveryOverride.ofRelease(30).getLast());

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err()).contains("soft_memory_limit_bytes");
    }
}
