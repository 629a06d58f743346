package dev.sidecarsizer.advice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Which resources bring Wasm plugins and Lua scripts into proxies: those of their own namespace and of Istio's root namespace,
 * that select them. An EnvoyFilter may also tell proxies apart by their version or metadata, which is not looked at.
 */
public final class ScriptSources {

    private static final Pattern FILTER = Pattern.compile(
            "type\\.googleapis\\.com/envoy\\.extensions\\.filters\\.(?:http|network)\\.(wasm|lua)\\..*");

    private ScriptSources() {}

    /**
     * What of it a cluster has; of all namespaces, or of those that count here, as they are stored.
     *
     * @param extensions of the kind TrafficExtension
     */
    public record All(List<JsonNode> envoyFilters, List<JsonNode> wasmPlugins, List<JsonNode> extensions) {

        /** Whether it has to be known what labels pods have. */
        public boolean selectPods() {
            return Stream.concat(
                            envoyFilters.stream().map(ScriptSources::ofFilter),
                            Stream.concat(wasmPlugins.stream(), extensions.stream())
                                    .map(ScriptSources::ofExtension))
                    .anyMatch(selector -> !selector.isEmpty());
        }
    }

    /**
     * One of them.
     *
     * @param resource kind, namespace and name
     * @param brings {@code Wasm}, {@code Lua} or both
     * @param of where the code is, where that is told; empty where not
     * @param selects labels that pods must have; empty where all have it
     */
    public record Source(String resource, String brings, String of, String selects) {

        /** In a line, for people. */
        public String says() {
            return resource + " brings " + brings + (of.isEmpty() ? "" : " (" + of + ")")
                    + (selects.isEmpty() ? "" : " to pods with " + selects);
        }
    }

    /**
     * Those that hold for a workload.
     *
     * @param pods labels of each of its pods
     */
    public static List<Source> of(String namespace, Collection<Map<String, String>> pods, All all, MeshSettings mesh) {
        Predicate<JsonNode> holds =
                one -> List.of(namespace, mesh.rootNamespace()).contains(Resource.namespace(one))
                        // gateways and waypoints
                        && one.at("/spec/targetRefs").isEmpty()
                        && one.at("/spec/targetRef").isMissingNode();
        List<Source> sources = new ArrayList<>();
        for (JsonNode one : all.envoyFilters) {
            JsonNode selector = ofFilter(one);
            String brings = brought(one);
            if (holds.test(one) && !brings.isEmpty() && Resource.selects(selector, pods)) {
                sources.add(new Source("EnvoyFilter " + Resource.path(one), brings, "", labels(selector)));
            }
        }
        for (JsonNode one : all.wasmPlugins) {
            JsonNode selector = ofExtension(one);
            if (holds.test(one) && Resource.selects(selector, pods)) {
                String url = one.at("/spec/url").asString("");
                sources.add(new Source("WasmPlugin " + Resource.path(one), "Wasm", url, labels(selector)));
            }
        }
        for (JsonNode one : all.extensions) {
            JsonNode selector = ofExtension(one);
            if (holds.test(one) && Resource.selects(selector, pods)) {
                String brings = one.path("spec").has("lua") ? "Lua" : "Wasm";
                String url = one.at("/spec/wasm/url").asString("");
                sources.add(new Source("TrafficExtension " + Resource.path(one), brings, url, labels(selector)));
            }
        }
        return sources;
    }

    /** By the types of what its patches for sidecars add; Istio's own filters run in a runtime called null. */
    private static String brought(JsonNode envoyFilter) {
        return envoyFilter
                .at("/spec/configPatches")
                .valueStream()
                .filter(patch -> !patch.at("/match/context").asString("").equals("GATEWAY"))
                .filter(patch -> !patch.at("/patch/operation").asString("").equals("REMOVE"))
                .map(patch -> patch.at("/patch/value"))
                .filter(value -> !value.findValuesAsString("runtime").contains("envoy.wasm.runtime.null"))
                .flatMap(value -> Stream.of("@type", "type_url", "typeUrl")
                        .flatMap(field -> value.findValuesAsString(field).stream()))
                .map(FILTER::matcher)
                .filter(type -> type.matches())
                .map(type -> type.group(1).equals("lua") ? "Lua" : "Wasm")
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(" and "));
    }

    private static JsonNode ofFilter(JsonNode envoyFilter) {
        return envoyFilter.at("/spec/workloadSelector/labels");
    }

    private static JsonNode ofExtension(JsonNode extension) {
        return extension.at("/spec/selector/matchLabels");
    }

    private static String labels(JsonNode selector) {
        return selector.properties().stream()
                .map(label -> label.getKey() + "=" + label.getValue().asString(""))
                .sorted()
                .collect(Collectors.joining(","));
    }
}
