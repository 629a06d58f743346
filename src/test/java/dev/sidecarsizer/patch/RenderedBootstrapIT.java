package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.istio.RenderedBootstrap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What we emit is merged into the whole bootstrap that real pilot-agent renders, with the arguments that it gives. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RenderedBootstrapIT {

    private List<String> arguments = List.of();

    @BeforeAll
    void render(@TempDir Path folder) {
        arguments = RenderedBootstrap.arguments(folder);
    }

    @ParameterizedTest(name = "Istio 1.{0}, Envoy {1}")
    @MethodSource("dev.sidecarsizer.patch.EveryOverride#releases")
    void takesEveryOverride(int release, String envoy) {
        assertThat(EveryOverride.ofRelease(release)).isNotEmpty().allSatisfy(override -> {
            Command.Outcome outcome = check(envoy).with(override);
            assertThat(outcome.ok()).as(override + "\n" + outcome.err()).isTrue();
        });
    }

    /** So that the check above can fail: Istio's monitor is really in there. */
    @ParameterizedTest
    @CsvSource({"1.36.4", "1.40.0"})
    void doesNotTakeIstiosOwnMonitor(String envoy) throws Exception {
        Command.Outcome outcome = check(envoy).with(Files.readString(BootstrapCheck.LEAST));

        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.err())
                .contains("Duplicate resource monitor envoy.resource_monitors.global_downstream_max_connections");
    }

    private BootstrapCheck check(String envoy) {
        return new BootstrapCheck(EnvoyWheel.envoy(envoy, Progress.onConsole()), arguments);
    }
}
