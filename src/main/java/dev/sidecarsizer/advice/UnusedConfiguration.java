package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Destinations;
import dev.sidecarsizer.profile.Finding.Confidence;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Learnt.Measured;
import dev.sidecarsizer.profile.ProxyFacts;
import java.util.List;

/**
 * Envoy is configured with services that the workload does not call: without a {@code Sidecar} resource with all of the mesh.
 * Told where one would free at least {@value #LEAST_MEBIBYTES} MiB and a quarter of what is in use, by {@link
 * ConfigurationModel}.
 */
final class UnusedConfiguration implements Rule {

    private static final long LEAST_MEBIBYTES = 8;
    private static final Bytes LEAST = Bytes.mebi(LEAST_MEBIBYTES);
    private static final int QUARTER = 4;
    /** What is called once a week should have been. */
    private static final int LEAST_DAYS = 7;

    @Override
    public Answer judge(Known known) {
        ProxyFacts facts = known.facts();
        Bytes allocated = facts.memory().allocated();
        Long clusters = facts.makeup().clusters();
        List<String> called = facts.traffic().destinations();
        // a mesh may have its clients' telemetry off: that no call is seen is no proof that there is none
        String seen = called.isEmpty() ? null : called.getFirst();
        Measured aWeek = known.measured() == null || known.measured().days() < LEAST_DAYS ? null : known.measured();
        if (allocated == null || clusters == null || seen == null || aWeek == null) {
            return Rule.lacks(
                    new Need("envoy_server_memory_allocated", allocated),
                    new Need("envoy_cluster_manager_active_clusters", clusters),
                    new Need("istio_requests_total with reporter=\"source\"", seen),
                    new Need(LEAST_DAYS + " days of samples", aWeek));
        }
        if (called.size() == Destinations.MOST) {
            return Rule.lacks(new Need("destinations beyond the first " + Destinations.MOST, null));
        }
        Bytes saved = ConfigurationModel.saved(
                allocated, clusters, facts.load().connections(), called.size(), subsets(known));
        if (saved.isLess(LEAST) || saved.value() < allocated.value() / QUARTER) {
            return Rule.healthy();
        }
        String left = Text.mebi(allocated.minus(saved));
        return new Answer.Found(
                saved.times(1),
                Confidence.ESTIMATED,
                "Envoy holds " + clusters + " clusters; services called: " + called.size()
                        + ". A Sidecar resource would leave " + left + " of " + Text.mebi(allocated)
                        + " in use; what is called seldom, or was not while these pods ran, has to be added to it",
                List.of(
                        new Evidence("clusters", clusters.toString(), "envoy_cluster_manager_active_clusters"),
                        new Evidence(
                                "services called",
                                String.valueOf(called.size()),
                                "istio_requests_total, istio_tcp_connections_opened_total"),
                        new Evidence("in use", Text.mebi(allocated), "envoy_server_memory_allocated"),
                        new Evidence("in use with a Sidecar", left, "model, docs/findings.md")),
                fix(known, called));
    }

    /** How many clusters there are of one, where names of clusters are exported: a service that is called keeps its subsets. */
    private static double subsets(Known known) {
        Long outbound = known.facts().makeup().outbound();
        Long subsets = known.facts().makeup().subsets();
        return outbound == null || subsets == null ? 1 : (double) outbound / Math.max(1, outbound - subsets);
    }

    /** What the leader cannot see (VirtualServices, other Sidecar resources) the command can. */
    private static String fix(Known known, List<String> called) {
        String namespace = known.workload().namespace();
        String made = "sidecar-sizer advise --namespace " + namespace + " --output yaml";
        if (known.labels().isEmpty()) {
            return "# no label of its pods names the workload and no other: give them one, such as app, then\n" + made;
        }
        return "# made by what the cluster has: " + made + "\n"
                + "# this is for one without VirtualServices, and without a Sidecar resource for these pods; add what is"
                + " called seldom (backups, failover), and what proxies ask outside of istio-system (who may call, collectors)\n"
                + SidecarResource.yaml(namespace, known.workload().name(), known.labels(), called);
    }
}
