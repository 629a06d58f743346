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
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                .filter(variable -> variable.getName().equals("ISTIO_META_IDLE_TIMEOUT"))
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
        environment.put("ISTIO_BOOTSTRAP_OVERRIDE", override.toString());

        try (PilotAgent agent = PilotAgent.start(folder, ENVOY, istio().discovery(), environment)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(agent.envoy("/config_dump?resource=dynamic_listeners"))
                            .contains("active_state", "\"idle_timeout\": \"300s\""));
            assertThat(agent.envoy("/stats")).contains("overload.envoy.resource_monitors.fixed_heap.pressure");
        }
    }
}
