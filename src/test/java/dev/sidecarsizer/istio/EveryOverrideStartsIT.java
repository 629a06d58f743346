package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.patch.EveryOverride;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One override of each shape, on every Envoy that can get it: started by real pilot-agent, told what to serve by real istiod. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryOverrideStartsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String BUDGET = "(?<field>\"(max_heap_size_bytes|default_value)\":)[0-9]+";

    private static final String CLOSES =
            "envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent{} 100\n";

    private final ControlPlane plane = ControlPlane.start(ControlPlane.Wanted.byDefault());
    private final Istio istio = Istio.on(plane);

    @AfterAll
    void end() {
        istio.close();
        plane.close();
    }

    static Stream<Arguments> starts() {
        return EveryOverride.releases().flatMap(release -> {
            int minor = (int) release.get()[0];
            return EveryOverride.ofEachShape(minor).stream()
                    .map(JsonMapper.shared()::readTree)
                    .map(override -> Arguments.of(release.get()[1], override.propertyNames(), override));
        });
    }

    @ParameterizedTest(name = "Envoy {0}, {1}")
    @MethodSource("starts")
    @Execution(ExecutionMode.CONCURRENT)
    void isLiveAndRunsByWhatIsWritten(String envoy, Object fields, JsonNode override, @TempDir Path folder)
            throws IOException {
        ShownVolume volume = new ShownVolume(Files.createDirectory(folder.resolve("volume")));
        Bytes limit = new Bytes(override.findPath("default_value").asLong(1 << 30));
        volume.show(override.toString(), limit);
        try (PilotAgent agent = start(envoy, volume, folder)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(agent.envoy("/ready")).as(agent.log()).isEqualTo("LIVE\n"));

            JsonNode bootstrap =
                    read(agent.envoy("/config_dump?mask=bootstrap")).at("/configs/0/bootstrap");
            assertThat(bootstrap.has("node")).isTrue();
            read(Files.readString(volume.override()))
                    .forEachEntry((field, written) -> assertThat(has(bootstrap.path(field), written))
                            .as("%s is %s", field, bootstrap.path(field))
                            .isTrue());
            if (override.has("layered_runtime")) {
                assertThat(read(agent.envoy("/runtime"))
                                .path("entries")
                                .path("sidecar_sizer.memory_limit")
                                .path("final_value")
                                .asString(""))
                        .isEqualTo(String.valueOf(limit.value()));
            }
            if (override.has("overload_manager")) {
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(agent.envoy("/stats?filter=pressure"))
                        .containsPattern("fixed_heap\\.pressure: [1-9]"));
            }
        }
    }

    /** Its memory is above all thresholds before it serves anybody, and stays so. */
    @ParameterizedTest(name = "Envoy {1}")
    @MethodSource("dev.sidecarsizer.patch.EveryOverride#releases")
    @Execution(ExecutionMode.CONCURRENT)
    void probesAndPrometheusAreAnsweredByOneThatStartsFull(int minor, String envoy, @TempDir Path folder)
            throws IOException {
        String full = EveryOverride.ofRelease(minor).getLast().replaceFirst(BUDGET, "${field}1000000");
        ShownVolume volume = new ShownVolume(Files.createDirectory(folder.resolve("volume")));
        volume.show(full, new Bytes(1_000_000));
        try (PilotAgent agent = start(envoy, volume, folder)) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(agent.scraped()).as(agent.log()).contains(CLOSES));
            await().atMost(PATIENCE).until(agent::isReady);
        }
    }

    private PilotAgent start(String envoy, ShownVolume volume, Path folder) {
        return PilotAgent.start(
                folder,
                EnvoyWheel.envoy(envoy, Progress.onConsole()),
                istio.discovery(),
                Map.of(
                        "ISTIO_META_INTERCEPTION_MODE",
                        "NONE",
                        "ISTIO_BOOTSTRAP_OVERRIDE",
                        volume.override().toString()));
    }

    /** Whether all of a part is in it: of lists each item in one of its own, as they are merged. */
    private static boolean has(JsonNode whole, JsonNode part) {
        if (part.isObject()) {
            return part.properties().stream().allMatch(member -> has(whole.path(member.getKey()), member.getValue()));
        }
        if (part.isArray()) {
            return part.valueStream().allMatch(item -> whole.valueStream().anyMatch(one -> has(one, item)));
        }
        if (whole.isNumber()) {
            return whole.asDouble() == part.asDouble();
        }
        // 64 bits are a text in protobuf's JSON
        return whole.asString("").equals(part.asString(""));
    }

    private static JsonNode read(String json) {
        // protobuf writes three digits of a second
        return JsonMapper.shared().readTree(json.replace("0.020s", "0.02s"));
    }
}
