package dev.sidecarsizer.advice;

import dev.sidecarsizer.advice.ScriptSources.Source;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Finding.Confidence;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.ProxyFacts;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Judges, by resources of the cluster, what Istio's proxies do not export by default: whoever may read them knows more than the leader. */
public final class ByResources {

    private ByResources() {}

    /** Whether DestinationRules multiply the clusters of a workload's proxies, of which so many are known. */
    public static Finding.All subsets(WorkloadKey workload, ProxyFacts facts, SubsetCount count) {
        Bytes allocated = facts.memory().allocated();
        Long clusters = facts.makeup().clusters();
        if (allocated == null || clusters == null) {
            return Kind.MANY_SUBSETS.told(Rule.lacks(
                    new Rule.Need("envoy_server_memory_allocated", allocated),
                    new Rule.Need("envoy_cluster_manager_active_clusters", clusters)));
        }
        if (!count.isHeldBy(clusters)) {
            return Kind.MANY_SUBSETS.told(Rule.lacks(new Rule.Need(
                    "cluster_name of outbound clusters: Services and DestinationRules make " + count.outbound() + ", "
                            + count.subsets() + " of them subsets, and its proxies hold " + clusters
                            + ", as where a Sidecar resource limits them",
                    null)));
        }
        return Kind.MANY_SUBSETS.told(ManySubsets.answer(
                workload,
                allocated,
                clusters,
                facts.load().connections(),
                count.outbound(),
                count.subsets(),
                "Services, ServiceEntries and DestinationRules"));
    }

    /** Whether resources bring scripts to a workload's proxies. */
    public static Finding.All scripts(WorkloadKey workload, List<Source> sources) {
        if (sources.isEmpty()) {
            return Finding.All.NONE;
        }
        String brought = sources.stream().map(Source::brings).collect(Collectors.toCollection(TreeSet::new)).stream()
                .collect(Collectors.joining(" and "));
        return Kind.SCRIPTED_FILTERS.told(new Rule.Answer.Found(
                null,
                Confidence.ESTIMATED,
                brought + " is brought to the proxy by " + sources.size()
                        + (sources.size() == 1 ? " resource" : " resources")
                        + ", and runs in virtual machines of each worker thread",
                sources.stream()
                        .map(source -> new Evidence(source.brings(), source.resource(), "the cluster's resources"))
                        .toList(),
                ScriptedFilters.fix(workload)));
    }
}
