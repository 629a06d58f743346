package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Kubernetes;
import dev.sidecarsizer.cluster.Progress;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** On the Kubernetes that the other tests run on. */
class InjectionIT extends Injection {

    private static final Path ENVOY = EnvoyWheel.envoy("1.40.0", Progress.onConsole());

    /** Outbound HTTP has a filter of Istio's own, which a stock Envoy cannot even print. */
    private static final String NOTHING_OUTBOUND =
            """
            apiVersion: networking.istio.io/v1
            kind: Sidecar
            metadata: {name: default, namespace: shop}
            spec: {egress: [{hosts: ["~/*"]}]}
            """;

    InjectionIT() {
        super(Kubernetes.DEFAULT);
    }

    /** A kubelet's part is done here: the file of the volume, and the variables. */
    @Test
    void proxyRunsByWhatIsWrittenOnItsPod(@TempDir Path folder) throws IOException {
        plane().apply(NOTHING_OUTBOUND);
        Pod pod = create(ApplicationPod.NATIVE);
        Path override = Files.writeString(
                folder.resolve("bootstrap.json"),
                pod.getMetadata().getAnnotations().get("sidecar-sizer.dev/bootstrap"));
        Map<String, String> environment = sidecar(ApplicationPod.NATIVE, pod).getEnv().stream()
                .filter(variable -> variable.getName().equals("PROXY_CONFIG"))
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
        environment.put("ISTIO_BOOTSTRAP_OVERRIDE", override.toString());

        try (PilotAgent agent = PilotAgent.start(folder, ENVOY, istio().discovery(), environment)) {
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
