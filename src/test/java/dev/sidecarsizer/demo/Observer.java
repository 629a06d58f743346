package dev.sidecarsizer.demo;

import dev.sidecarsizer.install.InjectedPod;
import dev.sidecarsizer.install.Pause;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.patch.HeapBudget;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Creates pods and reads back what became of them: from the stored pod, and where that says nothing from its profile. */
final class Observer {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final ResourceDefinitionContext PROFILES = new ResourceDefinitionContext.Builder()
            .withGroup("sidecar-sizer.dev")
            .withVersion("v1alpha1")
            .withKind("SidecarProfile")
            .withPlural("sidecarprofiles")
            .withNamespaced(true)
            .build();

    private final KubernetesClient client;

    Observer(KubernetesClient client) {
        this.client = client;
    }

    Row create(InjectedPod injected, String namespace, Mode mode) {
        HasMetadata asked = client.resource(injected.yaml(namespace)).item();
        Pod before = pod(namespace, asked);
        Pod stored =
                pod(namespace, client.resource(asked).inNamespace(namespace).create());
        Memory memory = proxy(before).memory();
        if (mode == Mode.OFF) {
            return new Row(namespace, mode, injected.workload(), memory, null, null, "", "not opted in");
        }
        Optional<JsonNode> note =
                stored.annotation("sidecar-sizer.dev/decision").map(JSON::readTree);
        JsonNode decision = note.orElseGet(() -> recorded(injected, namespace));
        return new Row(
                namespace,
                mode,
                injected.workload(),
                memory,
                after(note.isPresent() ? stored : null, decision),
                heap(stored),
                idle(stored),
                why(injected, namespace, decision));
    }

    /** A pod that was patched says so itself; in audit the profile tells what would have been. */
    private static @Nullable Memory after(@Nullable Pod patched, JsonNode decision) {
        if (patched != null) {
            return proxy(patched).memory();
        }
        JsonNode after = decision.path("after");
        return after.isMissingNode()
                ? null
                : new Memory(
                        Bytes.parse(after.path("memoryRequest").asString()),
                        Bytes.parse(after.path("memoryLimit").asString()));
    }

    private static @Nullable Bytes heap(Pod stored) {
        return stored.annotation("sidecar-sizer.dev/bootstrap")
                .map(JSON::readTree)
                .flatMap(HeapBudget::of)
                .orElse(null);
    }

    private static String idle(Pod stored) {
        return value(stored, "ISTIO_META_IDLE_TIMEOUT")
                .or(() -> value(stored, "PROXY_CONFIG").map(config -> JSON.readTree(config)
                        .at("/connectionSettings/httpIdleTimeout")
                        .asString("")))
                .orElse("");
    }

    private static Optional<String> value(Pod stored, String variable) {
        return proxy(stored).container().env(variable).map(one -> one.path("value")
                .asString(""));
    }

    private String why(InjectedPod injected, String namespace, JsonNode decision) {
        List<String> words = new ArrayList<>(List.of(decision.path("reason").asString()));
        decision.path("bounds").forEach(bound -> words.add(bound.asString()));
        String known = profile(injected, namespace)
                .map(profile -> profile.at("/status/conditions/0/message").asString(""))
                .filter(message -> !message.isEmpty())
                .map(message -> "  " + message)
                .orElse("");
        return String.join(", ", words) + known;
    }

    /** The record is written in the background. */
    private JsonNode recorded(InjectedPod injected, String namespace) {
        Pause.until(
                "the decision in the profile of " + injected.workload(), PATIENCE, () -> profile(injected, namespace)
                        .filter(profile -> profile.at("/status/decisions/0").isObject())
                        .isPresent());
        return profile(injected, namespace).orElseThrow().at("/status/decisions/0");
    }

    private Optional<JsonNode> profile(InjectedPod injected, String namespace) {
        return client.genericKubernetesResources(PROFILES).inNamespace(namespace).list().getItems().stream()
                .filter(profile -> injected.workload().equals(profile.get("spec", "workload", "name")))
                .map(this::tree)
                .findFirst();
    }

    private Pod pod(String namespace, HasMetadata pod) {
        return new Pod(namespace, tree(pod));
    }

    private JsonNode tree(HasMetadata object) {
        return JSON.readTree(client.getKubernetesSerialization().asJson(object));
    }

    private static ProxyContainer proxy(Pod pod) {
        return ProxyContainer.in(pod).getFirst();
    }
}
