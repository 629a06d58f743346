package dev.sidecarsizer.audit.preview;

import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.EmbeddedJson;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.patch.HeapBudget;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * What a patched pod's proxy runs with, read back from the pod.
 *
 * @param memory of its container
 * @param heap that Envoy's overload manager keeps to; {@code null} without one of ours
 * @param idleTimeout when idle HTTP connections are closed, such as {@code 300s}; {@code null} where nothing is set
 */
public record Sized(Memory memory, @Nullable Bytes heap, @Nullable String idleTimeout) {

    /** The pod with those operations done. */
    public static JsonNode patched(JsonNode pod, ArrayNode operations) {
        return operations.isEmpty() ? pod : JsonPatch.apply(operations, pod);
    }

    /** What {@code pod} gets by {@code judgement}, in whatever mode; empty where the proxy was not looked into. */
    public static Optional<Sized> by(Judgement judgement, JsonNode pod) {
        if (judgement.grounds() == null || judgement.patch() == null) {
            return Optional.empty();
        }
        Pod after = new Pod("", patched(pod, judgement.patch().operations()));
        ProxyContainer proxy = ProxyContainer.in(after).getFirst();
        Optional<Bytes> heap = after.annotation("sidecar-sizer.dev/bootstrap")
                .flatMap(EmbeddedJson::read)
                .flatMap(HeapBudget::of);
        Optional<String> idle = text(proxy, "PROXY_CONFIG")
                .flatMap(EmbeddedJson::read)
                .map(config -> config.at("/connectionSettings/httpIdleTimeout").asString(""))
                .filter(timeout -> !timeout.isEmpty())
                .or(() -> text(proxy, "ISTIO_META_IDLE_TIMEOUT"));
        return Optional.of(new Sized(proxy.memory(), heap.orElse(null), idle.orElse(null)));
    }

    private static Optional<String> text(ProxyContainer proxy, String variable) {
        return proxy.container().env(variable).map(one -> one.path("value").asString(""));
    }

    /** {@code heap budget 173Mi, idle timeout 300s}, for people; empty where neither is set. */
    public String beside() {
        List<String> parts = new ArrayList<>();
        if (heap != null) {
            parts.add("heap budget " + (heap.value() >> 20) + "Mi");
        }
        if (idleTimeout != null) {
            parts.add("idle timeout " + idleTimeout);
        }
        return parts.stream().collect(Collectors.joining(", "));
    }
}
