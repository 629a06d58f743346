package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.advice.ByResources;
import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.advice.ScriptSources;
import dev.sidecarsizer.advice.ScriptSources.Source;
import dev.sidecarsizer.advice.SubsetCount;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.MeshKind;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What the leader could not tell for want of statistics, told by resources that whoever asks may see: where he may not, it
 * stays untold.
 */
final class Completed {

    private final Seen seen;
    private final boolean everywhere;
    private final Map<String, Optional<SubsetCount>> counts = new HashMap<>();

    /**
     * For one question.
     *
     * @param everywhere whether workloads of all namespaces are asked for: then all filters are read at once
     */
    Completed(Seen seen, boolean everywhere) {
        this.seen = seen;
        this.everywhere = everywhere;
    }

    Seen seen() {
        return seen;
    }

    List<Advised> of(List<Advised> all) throws CommandFailed {
        List<Advised> completed = new ArrayList<>();
        for (Advised one : all) {
            Advised told = one;
            if (one.lacks(Kind.MANY_SUBSETS)) {
                Optional<SubsetCount> count = subsets(one);
                if (count.isPresent()) {
                    told = told.with(Kind.MANY_SUBSETS, ByResources.subsets(one.workload(), one.facts(), count.get()));
                }
            }
            if (one.lacks(Kind.SCRIPTED_FILTERS)) {
                Optional<List<Source>> sources = scripts(one.workload());
                if (sources.isPresent()) {
                    told = told.with(Kind.SCRIPTED_FILTERS, ByResources.scripts(one.workload(), sources.get()));
                }
            }
            completed.add(told);
        }
        return completed;
    }

    /** Clusters that proxies of its namespace are told of; empty where something that makes them must not be seen. */
    Optional<SubsetCount> subsets(Advised one) throws CommandFailed {
        String namespace = one.workload().namespace();
        Optional<SubsetCount> known = counts.get(namespace);
        if (known == null) {
            Optional<List<JsonNode>> rules = seen.objects(MeshKind.DESTINATION_RULES, null);
            Optional<List<JsonNode>> services =
                    rules.isEmpty() ? Optional.empty() : seen.objects(MeshKind.SERVICES, null);
            Optional<List<JsonNode>> entries =
                    services.isEmpty() ? Optional.empty() : seen.objects(MeshKind.SERVICE_ENTRIES, null);
            known = entries.isEmpty()
                    ? Optional.empty()
                    : Optional.of(SubsetCount.of(
                            namespace,
                            services.orElseThrow(),
                            entries.get(),
                            rules.orElseThrow(),
                            seen.mesh(),
                            one.facts().traffic().destinations()));
            counts.put(namespace, known);
        }
        return known;
    }

    /** Resources that bring scripts to its proxies; empty where they, or its pods, must not be seen. */
    Optional<List<Source>> scripts(WorkloadKey workload) throws CommandFailed {
        List<List<JsonNode>> kinds = new ArrayList<>();
        for (MeshKind kind : List.of(MeshKind.ENVOY_FILTERS, MeshKind.WASM_PLUGINS, MeshKind.TRAFFIC_EXTENSIONS)) {
            Optional<List<JsonNode>> holding = holding(kind, workload.namespace());
            if (holding.isEmpty()) {
                return Optional.empty();
            }
            kinds.add(holding.get());
        }
        ScriptSources.All all = new ScriptSources.All(kinds.get(0), kinds.get(1), kinds.get(2));
        List<Map<String, String>> pods = List.of();
        if (all.selectPods()) {
            Optional<Map<WorkloadKey, List<Map<String, String>>>> visible = seen.pods(workload.namespace());
            if (visible.isEmpty()) {
                return Optional.empty();
            }
            pods = visible.get().getOrDefault(workload, List.of());
        }
        return Optional.of(ScriptSources.of(workload.namespace(), pods, all, seen.mesh()));
    }

    /** Those of the namespace and of Istio's root namespace, and maybe others. */
    private Optional<List<JsonNode>> holding(MeshKind kind, String namespace) throws CommandFailed {
        if (everywhere) {
            return seen.objects(kind, null);
        }
        Optional<List<JsonNode>> own = seen.objects(kind, namespace);
        String root = seen.mesh().rootNamespace();
        if (own.isEmpty() || root.equals(namespace)) {
            return own;
        }
        return seen.objects(kind, root).map(ofRoot -> Stream.concat(own.get().stream(), ofRoot.stream())
                .toList());
    }
}
