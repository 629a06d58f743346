package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding.Confidence;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * DestinationRules multiply clusters: each subset is one more for each port of each host that the rule is for, and proxies
 * hold them whether a VirtualService routes to them or not. Told from {@value #LEAST} on, where there are half as many
 * clusters again as without.
 */
final class ManySubsets implements Rule {

    private static final long LEAST = 50;
    private static final double MUCH = 1.5;
    private static final String FROM_NAMES = "cluster_name, outbound|port|subset|host";

    @Override
    public Answer judge(Known known) {
        ProxyFacts facts = known.facts();
        Makeup makeup = facts.makeup();
        Bytes allocated = facts.memory().allocated();
        Long clusters = makeup.clusters();
        Long outbound = makeup.outbound();
        Long subsets = makeup.subsets();
        if (allocated == null || clusters == null || outbound == null || subsets == null) {
            return Rule.lacks(
                    new Need("envoy_server_memory_allocated", allocated),
                    new Need("envoy_cluster_manager_active_clusters", clusters),
                    new Need(
                            "cluster_name of outbound clusters, not exported by default: statsInclusionPrefixes cluster.outbound",
                            outbound));
        }
        return answer(known.workload(), allocated, clusters, facts.load().connections(), outbound, subsets, FROM_NAMES);
    }

    /**
     * The same, whoever counted.
     *
     * @param outbound clusters for services
     * @param subsets those of them that DestinationRules make
     * @param from where the two numbers come from
     */
    static Answer answer(
            WorkloadKey workload,
            Bytes allocated,
            long clusters,
            @Nullable Long connections,
            long outbound,
            long subsets,
            String from) {
        double factor = (double) outbound / Math.max(1, outbound - subsets);
        if (subsets < LEAST || factor < MUCH) {
            return Rule.healthy();
        }
        Bytes cost = ConfigurationModel.cost(allocated, clusters, connections, subsets);
        String times = String.format(Locale.ROOT, "%.1f", factor);
        return new Answer.Found(
                cost.times(1),
                Confidence.ESTIMATED,
                "of " + outbound + " clusters for services " + subsets + " are subsets of DestinationRules, which make "
                        + times + " of each, and take " + Text.mebi(cost) + " of the " + Text.mebi(allocated)
                        + " in use",
                List.of(
                        new Evidence("clusters for services", String.valueOf(outbound), from),
                        new Evidence("subsets", String.valueOf(subsets), from),
                        new Evidence("in use", Text.mebi(allocated), "envoy_server_memory_allocated")),
                "# which, with the DestinationRule that made each: remove those that no VirtualService routes to, and narrow\n"
                        + "# wildcard hosts and exportTo of the others\n"
                        + "istioctl proxy-config clusters --namespace "
                        + workload.namespace() + " " + Fix.named(workload) + " | awk '$3 != \"-\"'");
    }
}
