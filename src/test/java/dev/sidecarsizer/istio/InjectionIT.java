package dev.sidecarsizer.istio;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.cluster.Kubernetes;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.mesh.Bytes;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** On the Kubernetes that the other tests run on. */
class InjectionIT extends Injection {

    private static final Logger LOG = LoggerFactory.getLogger(InjectionIT.class);
    private static final Path ENVOY = EnvoyWheel.envoy("1.40.0", Progress.onConsole());
    private static final int HTTP = FreePorts.find(1).getFirst();
    private static final int TCP = FreePorts.find(1).getFirst();

    private static final int CONNECTIONS = 5_000;
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final Upstreams upstreams = new Upstreams();

    /** What the proxy serves. Outbound HTTP has a filter of Istio's own, which a stock Envoy cannot even print. */
    private final String inboundOnly =
            """
            apiVersion: networking.istio.io/v1
            kind: Sidecar
            metadata: {name: default, namespace: shop}
            spec:
              egress: [{hosts: ["~/*"]}]
              ingress:
                - bind: 127.0.0.1
                  captureMode: NONE
                  defaultEndpoint: 127.0.0.1:%d
                  port: {number: %d, protocol: HTTP, name: http}
                - bind: 127.0.0.1
                  captureMode: NONE
                  defaultEndpoint: 127.0.0.1:%d
                  port: {number: %d, protocol: TCP, name: tcp}
            """
                    .formatted(upstreams.http(), HTTP, upstreams.echo(), TCP);

    InjectionIT() {
        super(Kubernetes.DEFAULT);
    }

    @AfterAll
    void closeUpstreams() {
        upstreams.close();
    }

    @Test
    void proxyRunsByWhatIsWrittenOnItsPod(@TempDir Path folder) throws IOException {
        try (PilotAgent agent = run(create(ApplicationPod.NATIVE), folder)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(agent.envoy("/config_dump?resource=dynamic_listeners"))
                            .contains("active_state"));
            Map<String, List<String>> idleTimeouts =
                    idleTimeouts(JsonMapper.shared().readTree(agent.envoy("/config_dump?resource=dynamic_listeners")));
            assertThat(idleTimeouts.get("HttpConnectionManager")).isNotEmpty().containsOnly("300s");
            assertThat(idleTimeouts.get("TcpProxy"))
                    .as("a connection to a database is not cut")
                    .isNotEmpty()
                    .containsOnly("");
            assertThat(agent.envoy("/stats")).contains("overload.envoy.resource_monitors.fixed_heap.pressure");
        }
    }

    /** A database's pool keeps connections for hours, and finds out only when it uses one that was cut. */
    @Test
    void idleConnectionsAreClosedButForRawTcp(@TempDir Path folder) throws Exception {
        Pod pod = createWithIdleTimeout();
        try (PilotAgent agent = run(pod, folder);
                IdleConnections crowd = new IdleConnections(HTTP);
                Socket database = agent.connect(TCP, PATIENCE)) {
            Bytes before = agent.allocated();
            assertThat(Upstreams.isEchoed(database)).isTrue();
            Instant quiet = Instant.now();

            crowd.come(CONNECTIONS);
            Bytes held = agent.allocated();
            await().atMost(PATIENCE).until(() -> agent.connections() > CONNECTIONS);
            await().atMost(IDLE.plus(PATIENCE)).until(crowd::isGone);
            await().atMost(PATIENCE).until(() -> agent.connections() < CONNECTIONS / 100);
            Bytes after = agent.allocated();
            await().atMost(IDLE.multipliedBy(3)).until(() -> Instant.now().isAfter(quiet.plus(IDLE.multipliedBy(2))));

            LOG.warn(
                    "allocated before {} idle connections {}, with them {}, after them {}",
                    CONNECTIONS,
                    before,
                    held,
                    after);
            assertThat(Upstreams.isEchoed(database)).as("raw TCP stays").isTrue();
            assertThat(after.minus(before).value())
                    .isLessThan(held.minus(before).value() / 5);
        }
    }

    /** The one that the documentation hands out: also where iptables lead all inbound connections to. */
    @Test
    void connectionBuffersAreSmallWhereTheExampleSaysSo(@TempDir Path folder) throws IOException {
        String example = Files.readString(Path.of("docs", "examples", "connection-buffers.yaml"));
        plane().apply(example);
        try (PilotAgent agent = run(create(ApplicationPod.NATIVE), folder)) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(buffers(agent, "dynamic_listeners", "active_state", "listener"))
                        .containsEntry("virtualInbound", 65_536)
                        .containsEntry("virtualOutbound", 65_536)
                        .containsEntry("127.0.0.1_" + HTTP, 65_536);
                assertThat(buffers(agent, "dynamic_active_clusters", "cluster"))
                        .containsEntry("inbound|" + HTTP + "||", 65_536);
            });
        } finally {
            plane().kubectl(example, "delete", "--filename=-").orThrow();
        }
    }

    /** By the name of what istiod told Envoy. */
    private static Map<String, Integer> buffers(PilotAgent agent, String resource, String... path) {
        Map<String, Integer> found = new HashMap<>();
        String dump = agent.envoy("/config_dump?resource=" + resource);
        for (JsonNode config :
                JsonMapper.shared().readTree(dump.isEmpty() ? "{}" : dump).path("configs")) {
            JsonNode one = config.at("/" + String.join("/", path));
            found.put(
                    one.path("name").asString(""),
                    one.path("per_connection_buffer_limit_bytes").asInt(0));
        }
        return found;
    }

    private Pod createWithIdleTimeout() {
        plane().createNamespace("idle", Map.of("istio-injection", "enabled", "sidecar-sizer.dev/mode", "enforce"));
        SizedMesh.putProfile(plane(), "idle", IDLE);
        return await().atMost(PATIENCE)
                .until(() -> ApplicationPod.NATIVE.createIn("idle", plane().admin()), pod -> sidecar(
                                ApplicationPod.NATIVE, pod)
                        .getEnv()
                        .toString()
                        .contains(IDLE.toSeconds() + "s"));
    }

    /** A kubelet's part is done here: the files of the volume, and the variables. */
    private PilotAgent run(Pod pod, Path folder) throws IOException {
        plane().apply(inboundOnly);
        ShownVolume volume = new ShownVolume(Files.createDirectory(folder.resolve("volume")));
        Map<String, Quantity> limits =
                sidecar(ApplicationPod.NATIVE, pod).getResources().getLimits();
        volume.show(
                requireNonNull(pod.getMetadata().getAnnotations().get("sidecar-sizer.dev/bootstrap")),
                Bytes.parse(requireNonNull(limits.get("memory")).toString()));
        Map<String, String> environment = sidecar(ApplicationPod.NATIVE, pod).getEnv().stream()
                .filter(variable -> variable.getName().equals("PROXY_CONFIG"))
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
        environment.put("ISTIO_BOOTSTRAP_OVERRIDE", volume.override().toString());
        return PilotAgent.start(folder, ENVOY, istio().discovery(), environment);
    }

    /** Of all filters of a kind what istiod told Envoy, empty where nothing. */
    private static Map<String, List<String>> idleTimeouts(JsonNode listeners) {
        Map<String, List<String>> found = new HashMap<>();
        for (JsonNode parent : listeners.findParents("@type")) {
            String type = parent.path("@type").asString("");
            String kind = type.substring(type.lastIndexOf('.') + 1);
            JsonNode options = kind.equals("TcpProxy") ? parent : parent.path("common_http_protocol_options");
            found.computeIfAbsent(kind, any -> new ArrayList<>())
                    .add(options.path("idle_timeout").asString(""));
        }
        return found;
    }
}
