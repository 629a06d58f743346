package dev.sidecarsizer.advice;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Which {@code Sidecar} resource holds for proxies, as istiod chooses: one of their namespace that selects them, else the
 * one of it without a selector, else that of Istio's root namespace.
 */
sealed interface Holding {

    /** None does: proxies hold all of the mesh. */
    record Nothing() implements Holding {}

    /** One that selects them, and whoever else has these labels. */
    record Selecting(JsonNode sidecar) implements Holding {}

    /** One for all proxies that none selects. One that selects is held in its place, as a whole. */
    record Inherited(JsonNode sidecar) implements Holding {}

    /** Which of several is not defined. */
    record Undefined(List<String> names) implements Holding {}

    /**
     * Which holds for these.
     *
     * @param pods labels of each of the pods
     * @param sidecars of their namespace, as they are stored
     * @param rootSidecars of Istio's root namespace
     */
    static Holding of(
            Collection<Map<String, String>> pods, Collection<JsonNode> sidecars, Collection<JsonNode> rootSidecars) {
        List<JsonNode> selecting = sidecars.stream()
                .filter(sidecar ->
                        selector(sidecar).isObject() && !selector(sidecar).isEmpty())
                .filter(sidecar -> pods.stream().anyMatch(labels -> selects(sidecar, labels)))
                .toList();
        if (!selecting.isEmpty()) {
            boolean all = pods.stream().allMatch(labels -> selects(selecting.getFirst(), labels));
            return selecting.size() == 1 && all ? new Selecting(selecting.getFirst()) : undefined(selecting);
        }
        List<JsonNode> own = withoutSelector(sidecars);
        List<JsonNode> inherited = own.isEmpty() ? withoutSelector(rootSidecars) : own;
        return switch (inherited.size()) {
            case 0 -> new Nothing();
            case 1 -> new Inherited(inherited.getFirst());
            default -> undefined(inherited);
        };
    }

    /** Whether a pod of these labels has all that {@code sidecar} selects by. */
    static boolean selects(JsonNode sidecar, Map<String, String> labels) {
        return Resource.selects(selector(sidecar), List.of(labels));
    }

    private static List<JsonNode> withoutSelector(Collection<JsonNode> sidecars) {
        return sidecars.stream().filter(sidecar -> selector(sidecar).isEmpty()).toList();
    }

    private static JsonNode selector(JsonNode sidecar) {
        return sidecar.at("/spec/workloadSelector/labels");
    }

    private static Holding undefined(Collection<JsonNode> sidecars) {
        return new Undefined(sidecars.stream().map(Resource::name).sorted().toList());
    }
}
