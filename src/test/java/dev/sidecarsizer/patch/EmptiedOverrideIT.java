package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.istio.PilotAgent;
import dev.sidecarsizer.istio.ShownVolume;
import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why the annotation of a live pod is frozen: what real pilot-agent and Envoy do with the file that it becomes. */
@Tag("mesh")
class EmptiedOverrideIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path ENVOY = EnvoyWheel.envoy("1.40.0", Progress.onConsole());

    @TempDir
    private Path folder;

    @Test
    void wholeFileRunsAndShowsItsPressure() throws IOException {
        try (PilotAgent agent = start(EveryOverride.ofEachShape(32).getLast())) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(agent.envoy("/stats"))
                    .containsPattern("(?m)^overload\\.envoy\\.resource_monitors\\.fixed_heap\\.pressure: [0-9]+$"));
            assertThat(agent.isAlive()).isTrue();
        }
    }

    /** A downwardAPI volume makes an empty file of an annotation that is gone. */
    @Test
    void emptyFileStopsEnvoy() throws IOException {
        try (PilotAgent agent = start("")) {
            await().atMost(PATIENCE).until(() -> !agent.isAlive());

            assertThat(agent.log())
                    .contains("--config-yaml null")
                    .contains("Unable to convert YAML as JSON: null")
                    .contains("Envoy exited with error: exit status 1");
        }
    }

    private PilotAgent start(String override) throws IOException {
        ShownVolume volume = new ShownVolume(Files.createDirectory(folder.resolve("volume")));
        volume.show(override, Bytes.mebi(192));
        return PilotAgent.start(
                folder,
                ENVOY,
                Map.of("ISTIO_BOOTSTRAP_OVERRIDE", volume.override().toString()));
    }
}
