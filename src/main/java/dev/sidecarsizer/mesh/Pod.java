package dev.sidecarsizer.mesh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A pod as the API server sent it: typed questions about a raw tree, so that fields of a future Kubernetes survive.
 *
 * @param namespace the request's namespace: the object's own can be empty at admission
 * @param tree the pod, read only
 */
public record Pod(String namespace, JsonNode tree) {

    /**
     * The pod in {@code tree}.
     *
     * @throws MalformedPod where it has no metadata or no spec to ask
     */
    public Pod {
        if (!tree.path("metadata").isObject() || !tree.path("spec").isObject()) {
            throw new MalformedPod("the pod has no metadata or no spec object");
        }
    }

    public Optional<String> annotation(String key) {
        return text(tree.at("/metadata/annotations").path(key));
    }

    public Optional<String> label(String key) {
        return text(tree.at("/metadata/labels").path(key));
    }

    public Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        tree.at("/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString("")));
        return labels;
    }

    /**
     * All containers, init containers first, each knowing where it stands.
     *
     * @throws MalformedPod where they stand in no list
     */
    public List<Container> containers() {
        List<Container> all = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            JsonNode containers = tree.path("spec").path(list);
            if (containers.isObject()) {
                throw new MalformedPod("the pod's " + list + " are no list");
            }
            for (int i = 0; i < containers.size(); i++) {
                all.add(new Container("/spec/" + list + "/" + i, containers.get(i)));
            }
        }
        return all;
    }

    /** The containers that run for the pod's whole life: the ordinary ones and native sidecars. */
    public Stream<Container> longRunning() {
        return containers().stream().filter(container -> !container.isInit() || container.isNativeSidecar());
    }

    /** The pod-level memory limit (KEP-2837), where one is set. */
    public Optional<Bytes> podLevelLimit() {
        return Container.memory(tree.at("/spec/resources/limits/memory"));
    }

    /** The pod-level memory request (KEP-2837), where one is set. */
    public Optional<Bytes> podLevelRequest() {
        return Container.memory(tree.at("/spec/resources/requests/memory"));
    }

    static Optional<String> text(JsonNode node) {
        return node.isString() ? Optional.of(node.asString()) : Optional.empty();
    }
}
