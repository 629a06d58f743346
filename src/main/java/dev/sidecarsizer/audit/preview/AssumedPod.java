package dev.sidecarsizer.audit.preview;

import dev.sidecarsizer.admission.Review;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.SidecarProfile;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A pod of a workload of which none is there: with the proxy that was seen last, and the memory that Istio gives. */
public final class AssumedPod {

    private static final SidecarProfile.Proxy UNSEEN = new SidecarProfile.Proxy(null, null, null, null, null);

    private AssumedPod() {}

    /**
     * The review that an API server would send for it.
     *
     * @param lastSeen the proxy that was measured; {@code null} where none was
     * @param labels of its template; empty where they are not known, and policies that select by labels pass it by
     */
    public static Review of(WorkloadKey workload, SidecarProfile.@Nullable Proxy lastSeen, Map<String, String> labels) {
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
        ObjectNode proxy = spec.putArray("initContainers").addObject();
        proxy.put("name", "istio-proxy").put("restartPolicy", "Always");
        if (seen.image() != null) {
            proxy.put("image", seen.image());
        }
        proxy.putArray("args").add("proxy").add("sidecar");
        if (seen.concurrency() != null) {
            proxy.withArray("args").add("--concurrency=" + seen.concurrency());
        }
        // where Istio's injector writes the proxy's own configuration
        proxy.putArray("env").addObject().put("name", "PROXY_CONFIG").put("value", "{}");
        proxy.putObject("resources").putObject("requests").put("memory", "128Mi");
        proxy.withObject("resources").putObject("limits").put("memory", "1Gi");
        spec.putArray("containers").addObject().put("name", "application");
        return Review.ofCreated(pod, workload.namespace());
    }
}
