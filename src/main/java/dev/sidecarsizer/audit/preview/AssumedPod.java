package dev.sidecarsizer.audit.preview;

import dev.sidecarsizer.admission.Review;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.SidecarProfile;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A pod of a workload of which none is there, with the proxy that was seen last. */
public final class AssumedPod {

    private static final SidecarProfile.Proxy UNSEEN = new SidecarProfile.Proxy(null, null, null, null, null);

    private AssumedPod() {}

    /**
     * The review that an API server would send for it.
     *
     * @param lastSeen the proxy that was measured; {@code null} where none was
     * @param memory that it comes with
     * @param labels of its template; empty where they are not known, and policies that select by labels pass it by
     */
    public static Review of(
            WorkloadKey workload, SidecarProfile.@Nullable Proxy lastSeen, Memory memory, Map<String, String> labels) {
        SidecarProfile.Proxy seen = lastSeen == null ? UNSEEN : lastSeen;
        ObjectNode pod =
                JsonMapper.shared().createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata = pod.putObject("metadata").put("namespace", workload.namespace());
        labels.forEach((label, value) -> metadata.withObject("labels").put(label, value));
        boolean bare = workload.group().isEmpty() && workload.kind().equals("Pod");
        if (bare) {
            metadata.put("name", workload.name());
        } else {
            metadata.put("generateName", workload.name() + "-");
            metadata.putArray("ownerReferences")
                    .addObject()
                    .put("apiVersion", workload.group().isEmpty() ? "v1" : workload.group() + "/v1")
                    .put("kind", workload.kind())
                    .put("name", workload.name())
                    .put("controller", true);
        }
        ObjectNode spec = pod.putObject("spec");
        ArrayNode containers = spec.putArray("containers");
        containers.addObject().put("name", "application");
        ObjectNode proxy = isNative(seen)
                ? spec.putArray("initContainers").addObject().put("restartPolicy", "Always")
                : containers.addObject();
        proxy.put("name", ProxyContainer.NAME);
        if (seen.image() != null) {
            proxy.put("image", seen.image());
        }
        proxy.putArray("args").add("proxy").add("sidecar");
        if (seen.concurrency() != null) {
            proxy.withArray("args").add("--concurrency=" + seen.concurrency());
        }
        // where Istio's injector writes the proxy's own configuration
        proxy.putArray("env").addObject().put("name", "PROXY_CONFIG").put("value", "{}");
        put(proxy, "requests", memory.request());
        put(proxy, "limits", memory.limit());
        return Review.ofCreated(pod, workload.namespace());
    }

    /** As Istio injects it today, where nobody saw it otherwise. */
    public static boolean isNative(SidecarProfile.@Nullable Proxy lastSeen) {
        return lastSeen == null || !Boolean.FALSE.equals(lastSeen.nativeSidecar());
    }

    private static void put(ObjectNode proxy, String bound, @Nullable Bytes memory) {
        if (memory != null) {
            proxy.withObject("resources").withObject(bound).put("memory", memory.toString());
        }
    }
}
