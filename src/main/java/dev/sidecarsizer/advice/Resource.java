package dev.sidecarsizer.advice;

import java.util.Collection;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Istio's resources, as they are stored and as they are to be applied. */
final class Resource {

    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private Resource() {}

    /** A new one of {@code networking.istio.io}. */
    static ObjectNode named(String kind, String namespace, String name) {
        ObjectNode resource = JsonMapper.shared()
                .createObjectNode()
                .put("apiVersion", "networking.istio.io/v1")
                .put("kind", kind);
        resource.putObject("metadata").put("name", name).put("namespace", namespace);
        return resource;
    }

    /** One that is there, to be changed: labels and annotations too, which kubectl would take for removed. */
    static ObjectNode again(String kind, JsonNode existing) {
        ObjectNode again = named(kind, namespace(existing), name(existing));
        JsonNode metadata = existing.path("metadata");
        for (String part : new String[] {"labels", "annotations"}) {
            if (metadata.path(part) instanceof ObjectNode texts) {
                ObjectNode kept = texts.deepCopy();
                kept.remove(LAST_APPLIED);
                if (!kept.isEmpty()) {
                    again.withObject("metadata").set(part, kept);
                }
            }
        }
        again.set("spec", spec(existing));
        return again;
    }

    /** A copy of what it says. */
    static ObjectNode spec(JsonNode existing) {
        return existing.path("spec").isObject()
                ? (ObjectNode) existing.path("spec").deepCopy()
                : JsonMapper.shared().createObjectNode();
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asString("?");
    }

    static String namespace(JsonNode object) {
        return object.at("/metadata/namespace").asString("?");
    }

    /** {@code namespace/name}. */
    static String path(JsonNode object) {
        return namespace(object) + "/" + name(object);
    }

    /**
     * Whether {@code selector} selects one of these pods, as all do by which nothing is selected.
     *
     * @param selector labels and their values
     * @param pods labels of each
     */
    static boolean selects(JsonNode selector, Collection<Map<String, String>> pods) {
        return selector.isEmpty()
                || pods.stream().anyMatch(labels -> selector.properties().stream()
                        .allMatch(label -> label.getValue().asString("").equals(labels.get(label.getKey()))));
    }
}
