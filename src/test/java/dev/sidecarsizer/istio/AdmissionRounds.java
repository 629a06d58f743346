package dev.sidecarsizer.istio;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who changed a pod at its creation, and in which round of admission, read from the API server's audit log. */
final class AdmissionRounds {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ROUND = "mutation.webhook.admission.k8s.io/round_";

    private AdmissionRounds() {}

    /**
     * Round and name of each webhook configuration that changed the pod created last in this namespace, in order, such
     * as {@code 0 sidecar-sizer}. The log does not know the names that the API server makes for pods.
     */
    static List<String> ofLastPod(String namespace, String auditLog) {
        return auditLog.lines()
                .map(JSON::readTree)
                .filter(event -> event.at("/objectRef/namespace").asString("").equals(namespace))
                .reduce((earlier, later) -> later)
                .map(event -> changes(event.path("annotations")))
                .orElseThrow();
    }

    private static List<String> changes(JsonNode annotations) {
        Map<String, String> inOrder = new TreeMap<>();
        annotations.properties().forEach(annotation -> {
            if (annotation.getKey().startsWith(ROUND)) {
                String roundAndIndex = annotation.getKey().substring(ROUND.length());
                JsonNode call = JSON.readTree(annotation.getValue().asString());
                if (call.path("mutated").asBoolean()) {
                    inOrder.put(
                            roundAndIndex,
                            roundAndIndex.charAt(0) + " "
                                    + call.path("configuration").asString());
                }
            }
        });
        return List.copyOf(inOrder.values());
    }
}
