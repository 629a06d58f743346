package dev.sidecarsizer.store;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Objects as people write them. */
final class Written {

    private static final YAMLMapper YAML = new YAMLMapper();

    private Written() {}

    /** An object in namespace {@code shop}, from its {@code spec} and {@code status} in YAML. */
    static StoredObject object(String name, String specAndStatus) {
        return object("shop", name, specAndStatus);
    }

    static StoredObject object(String namespace, String name, String specAndStatus) {
        JsonNode tree = YAML.readTree(specAndStatus);
        Map<String, Object> body = new HashMap<>();
        tree.propertyNames().forEach(part -> body.put(part, YAML.treeToValue(tree.path(part), Object.class)));
        return new StoredObject("", namespace, name, "7", Map.of(), body);
    }

    /** A profile of Deployment {@code reviews} with this status. */
    static StoredObject profile(String status) {
        return object(
                "deployment-reviews",
                "spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}}\nstatus: " + status);
    }

    static StoredObject policy(String spec) {
        return object("policy", "spec: " + spec);
    }
}
