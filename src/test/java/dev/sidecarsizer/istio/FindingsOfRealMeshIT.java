package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.advice.Known;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.collect.envoy.StatsPort;
import dev.sidecarsizer.install.Pause;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a mesh through a real istiod is found in a real proxy's statistics, and not before. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FindingsOfRealMeshIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path ENVOY = EnvoyWheel.envoy("1.40.0", Progress.onConsole());

    /** A module of Wasm that exports what Envoy asks for, and does nothing. */
    private static final String NOTHING =
            "0061736d0100000001090260000060017f017f03030200010503010001072d03066d656d6f727902001770726f78795f"
                    + "6162695f76657273696f6e5f305f325f310000066d616c6c6f6300010a090202000b040041000b";

    private final ControlPlane plane = ControlPlane.start(ControlPlane.Wanted.byDefault());
    private final Istio istio = Istio.on(plane);

    @AfterAll
    void end() {
        istio.close();
        plane.close();
    }

    @Test
    void subsetsThatDestinationRulesMake(@TempDir Path folder) {
        ManyServices services = in("findings-subsets", 60);
        try (PilotAgent agent = start(folder, services, "{\"inclusionPrefixes\": [\"cluster.outbound\"]}")) {
            HeldConfiguration.of(agent, 120, Long.MAX_VALUE);
            assertThat(kinds(agent)).as("its healthy twin").doesNotContain("ManySubsets");
            assertThat(unjudged(agent)).doesNotContain("ManySubsets");

            plane.apply(services.subsets(60));
            HeldConfiguration held = HeldConfiguration.of(agent, 360, Long.MAX_VALUE);

            Finding found = finding(agent, "ManySubsets");
            assertThat(found.message()).contains(" 240 are subsets", " 3.0 of each");
            assertThat(Objects.requireNonNull(found.size()).value())
                    .as("no more than there is")
                    .isBetween(240L << 12, held.allocated());
        }
    }

    @Test
    void statisticsOfEachCluster(@TempDir Path quiet, @TempDir Path folder) {
        ManyServices services = in("findings-series", 100);
        long without;
        try (PilotAgent agent = start(quiet, services, "{}")) {
            without = HeldConfiguration.of(agent, 200, Long.MAX_VALUE).allocated();
            assertThat(kinds(agent)).as("its healthy twin").doesNotContain("ManySeries");
            assertThat(unjudged(agent))
                    .as("what Istio does not export")
                    .contains("ManySubsets", "ScriptedFilters")
                    .doesNotContain("ManySeries", "XdsChurn");
        }
        try (PilotAgent agent = start(folder, services, "{\"inclusionRegexps\": [\".*\"]}")) {
            long with = HeldConfiguration.of(agent, 200, Long.MAX_VALUE).allocated();

            assertThat(Objects.requireNonNull(finding(agent, "ManySeries").size())
                            .value())
                    .as("what they take")
                    .isCloseTo(with - without, Percentage.withPercentage(50));
        }
    }

    @Test
    void servicesThatComeAndGo(@TempDir Path folder) {
        in("findings-churn", 10);
        ManyServices more = new ManyServices("findings-churn-more", 1, 1);
        plane.createNamespace(more.namespace(), Map.of());
        try (PilotAgent agent = start(folder, new ManyServices("findings-churn", 10, 1), "{}")) {
            HeldConfiguration.of(agent, 20, Long.MAX_VALUE);
            assertThat(kinds(agent)).as("its healthy twin").doesNotContain("XdsChurn");
            assertThat(unjudged(agent)).doesNotContain("XdsChurn");

            for (int turn = 0; turn < 80 && !kinds(agent).contains("XdsChurn"); turn++) {
                plane.apply(
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: churned-%d, namespace: findings-churn-more}
                        spec: {ports: [{name: http, port: 8080}]}
                        """
                                .formatted(turn));
                Pause.ofMillis(300);
            }

            assertThat(kinds(agent)).contains("XdsChurn");
        }
    }

    @Test
    void aLuaFilterThatAnEnvoyFilterBrings(@TempDir Path folder) {
        ManyServices services = in("findings-lua", 3);
        try (PilotAgent agent = start(
                folder,
                services,
                "{\"inclusionRegexps\": [\"http\\\\..*lua.*\", \"http\\\\..*downstream_rq_total\"]}")) {
            HeldConfiguration.of(agent, 6, Long.MAX_VALUE);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(makeup(agent).lua()).isFalse());
            assertThat(kinds(agent)).as("its healthy twin").doesNotContain("ScriptedFilters");

            insert(
                    services.namespace(),
                    "lua",
                    "{\"@type\": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua,"
                            + " default_source_code: {inline_string: \"function envoy_on_request(handle) end\"}}");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(kinds(agent)).contains("ScriptedFilters"));
            assertThat(finding(agent, "ScriptedFilters").message()).startsWith("Lua scripts run");
        }
    }

    @Test
    void wasmPlugins(@TempDir Path folder) throws IOException {
        ManyServices services = in("findings-wasm", 3);
        Path module = Files.write(folder.resolve("nothing.wasm"), HexFormat.of().parseHex(NOTHING));
        try (PilotAgent agent =
                start(folder, services, "{\"inclusionRegexps\": [\"http\\\\..*downstream_rq_total\"]}")) {
            HeldConfiguration.of(agent, 6, Long.MAX_VALUE);
            assertThat(makeup(agent).wasm()).isZero();
            assertThat(kinds(agent)).as("its healthy twin").doesNotContain("ScriptedFilters");

            Bytes without = agent.anonymous();

            for (String name : List.of("one", "two", "three", "four")) {
                insert(
                        services.namespace(),
                        name,
                        "{\"@type\": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm, config: {vm_config:"
                                + " {vm_id: " + name + ", runtime: envoy.wasm.runtime.v8, code: {local: {filename: "
                                + module + "}}}}}");
            }

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(makeup(agent).wasm()).isEqualTo(16));
            Finding found = finding(agent, "ScriptedFilters");
            assertThat(found.message()).startsWith("Wasm plugins run").contains(": those of Wasm take 15 MiB");
            assertThat(Objects.requireNonNull(found.size()).value())
                    .as("what they take")
                    .isCloseTo(agent.anonymous().value() - without.value(), Percentage.withPercentage(30));
        }
    }

    private void insert(String namespace, String filter, String configuration) {
        plane.apply(
                """
                apiVersion: networking.istio.io/v1alpha3
                kind: EnvoyFilter
                metadata: {name: %2$s, namespace: %1$s}
                spec:
                  configPatches:
                  - applyTo: HTTP_FILTER
                    match:
                      context: SIDECAR_OUTBOUND
                      listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}
                    patch:
                      operation: INSERT_BEFORE
                      value: {name: envoy.filters.http.%2$s, typed_config: %3$s}
                """
                        .formatted(namespace, filter, configuration));
    }

    private ManyServices in(String namespace, int number) {
        ManyServices services = new ManyServices(namespace, number, 1);
        plane.createNamespace(namespace, Map.of("istio-injection", "enabled"));
        services.create(plane, Map.of());
        return services;
    }

    /** A proxy that is told of that namespace's services alone, others' tests not. */
    private PilotAgent start(Path folder, ManyServices services, String statsMatcher) {
        plane.apply(
                """
                apiVersion: networking.istio.io/v1
                kind: Sidecar
                metadata: {name: default, namespace: %1$s}
                spec: {egress: [{hosts: ["./*", "%1$s-more/*", "istio-system/*"]}]}
                """
                        .formatted(services.namespace()));
        return PilotAgent.start(
                folder,
                ENVOY,
                istio.discovery(),
                Map.of(
                        "POD_NAMESPACE",
                        services.namespace(),
                        "ISTIO_METAJSON_LABELS",
                        "{\"app\": \"reviews\"}",
                        "PROXY_CONFIG",
                        "{\"concurrency\": 2, \"proxyStatsMatcher\": " + statsMatcher + "}"));
    }

    private static Finding finding(PilotAgent agent, String kind) {
        return judged(agent).found().stream()
                .filter(one -> one.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> kinds(PilotAgent agent) {
        return judged(agent).found().stream().map(Finding::kind).toList();
    }

    private static List<String> unjudged(PilotAgent agent) {
        return judged(agent).unjudged().stream().map(Finding.Unjudged::kind).toList();
    }

    private static Makeup makeup(PilotAgent agent) {
        return StatsPort.read(agent.statistics()).makeup();
    }

    private static Finding.All judged(PilotAgent agent) {
        ProxyFacts facts = StatsPort.read(agent.statistics());
        return Kind.judge(new Known(
                new WorkloadKey("shop", "apps", "Deployment", "reviews"),
                Map.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Set.of(2),
                null,
                facts,
                false,
                null,
                null));
    }
}
