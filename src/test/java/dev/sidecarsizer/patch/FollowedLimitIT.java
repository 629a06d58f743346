package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.istio.PilotAgent;
import dev.sidecarsizer.istio.ShownVolume;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A container that is resized in place: its Envoy runs on, with real pilot-agent and Istio's bootstrap, and its budget follows. */
@Tag("mesh")
class FollowedLimitIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern PRESSURE = Pattern.compile("fixed_heap\\.pressure: (\\d+)");
    private static final Bytes LIMIT = Bytes.mebi(192);
    private static final Bytes LESS = Bytes.mebi(48);

    @ParameterizedTest(name = "Istio 1.{0}, Envoy {1}")
    @CsvSource({"31, 1.39.3", "32, 1.40.0"})
    void budgetFollowsWithoutARestart(int release, String envoy, @TempDir Path folder) throws Exception {
        ShownVolume volume = new ShownVolume(Files.createDirectory(folder.resolve("volume")));
        volume.show(override(release), LIMIT);
        Path program = EnvoyWheel.envoy(envoy, Progress.onConsole());
        try (PilotAgent agent = PilotAgent.start(
                folder,
                program,
                Map.of("ISTIO_BOOTSTRAP_OVERRIDE", volume.override().toString()))) {
            await().atMost(PATIENCE).until(() -> pressure(agent).orElse(0) > 0);
            int before = pressure(agent).orElseThrow();
            assertThat(before).isLessThan(15);
            assertThat(agent.envoy("/runtime")).contains("global config", "admin", "sidecar-sizer");

            volume.show(override(release), LESS);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(pressure(agent))
                    .hasValueSatisfying(now -> assertThat(now).isGreaterThan(3 * before)));

            volume.show(override(release), LIMIT);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(pressure(agent))
                    .hasValueSatisfying(now -> assertThat(now).isLessThan(2 * before)));
            assertThat(agent.log()).doesNotContain("Envoy exited");
        }
    }

    private static String override(int release) {
        KnownProxy facts = new KnownProxy(Optional.of(new ProxyVersion(1, release)), false, Bytes.mebi(28), null, null);
        return OverloadBootstrap.following(LIMIT, facts, Overload.SHOWN);
    }

    /** Share of the limit that is in use, in percent; empty while there is none to read. */
    private static Optional<Integer> pressure(PilotAgent agent) {
        Matcher said = PRESSURE.matcher(agent.envoy("/stats?filter=pressure"));
        return said.find() ? Optional.of(Integer.valueOf(said.group(1))) : Optional.empty();
    }
}
