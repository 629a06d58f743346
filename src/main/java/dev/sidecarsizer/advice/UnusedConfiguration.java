package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Confidence;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.ProxyFacts;
import java.util.List;
import java.util.Map;

/**
 * Envoy is configured with services that the workload does not call: without a {@code Sidecar} resource with all of the mesh.
 * Told where one would free at least {@value #LEAST_MEBIBYTES} MiB and a quarter of what is in use, by {@link
 * ConfigurationModel}.
 */
final class UnusedConfiguration implements Rule {

    private static final long LEAST_MEBIBYTES = 8;
    private static final Bytes LEAST = Bytes.mebi(LEAST_MEBIBYTES);
    private static final int QUARTER = 4;

    @Override
    public Answer judge(Known known) {
        ProxyFacts facts = known.facts();
        Bytes allocated = facts.allocated();
        Long clusters = facts.clusters();
        // where raw TCP is known to be there or not, the proxy's telemetry was seen, and no destination means none
        Boolean telemetry = facts.rawTcp();
        List<String> called = facts.destinations();
        if (allocated == null || clusters == null || telemetry == null) {
            return Rule.lacks(
                    new Need("envoy_server_memory_allocated", allocated),
                    new Need("envoy_cluster_manager_active_clusters", clusters),
                    new Need("istio_requests_total", telemetry));
        }
        if (called.size() == ProxyFacts.MOST_DESTINATIONS) {
            return Rule.lacks(new Need("destinations beyond the first " + ProxyFacts.MOST_DESTINATIONS, null));
        }
        Bytes saved = ConfigurationModel.saved(allocated, clusters, facts.connections(), called.size());
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

    private static String fix(Known known, List<String> called) {
        String name = known.workload().name();
        String first =
                known.labels().isEmpty() ? "# no label of its pods names the workload: give them this one first\n" : "";
        Map<String, String> labels = known.labels().isEmpty() ? Map.of("app", name) : known.labels();
        return "# add what is called seldom: backups, month-end jobs, failover; and collectors of telemetry outside of"
                + " istio-system\n" + first
                + SidecarResource.yaml(known.workload().namespace(), name, labels, called);
    }
}
