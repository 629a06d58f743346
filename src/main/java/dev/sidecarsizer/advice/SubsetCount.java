package dev.sidecarsizer.advice;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Clusters that a proxy of a namespace is told of, by Services, ServiceEntries and DestinationRules: for each port of each host
 * one, and one more for each subset. Neither {@code Sidecar} resources nor {@code exportTo} of services are looked at: a
 * proxy may hold fewer.
 *
 * @param outbound all of them
 * @param subsets those that DestinationRules make
 * @param byRule whose they are; most first
 */
public record SubsetCount(long outbound, long subsets, List<OfRule> byRule) {

    /** Clusters that Istio always has, and inbound ones: what may be more than counted. */
    private static final long OTHERS = 40;

    /**
     * What one rule makes.
     *
     * @param rule {@code namespace/name}
     * @param without clusters of the hosts that it is for
     * @param subsets how many more it makes of them
     */
    public record OfRule(String rule, long without, long subsets) {

        private OfRule and(OfRule more) {
            return new OfRule(rule, without + more.without, subsets + more.subsets);
        }

        /** In a line, for people. */
        public String says() {
            return "DestinationRule " + rule + " makes "
                    + String.format(Locale.ROOT, "%.1f", 1 + (double) subsets / without) + " clusters of each of "
                    + without + ": " + subsets + " more";
        }
    }

    /**
     * Counts them.
     *
     * @param client the namespace of the proxy
     * @param services as they are stored, of all namespaces, as are the others
     * @param called by some proxy of the cluster, which tells its domain
     */
    public static SubsetCount of(
            String client,
            Collection<JsonNode> services,
            Collection<JsonNode> serviceEntries,
            Collection<JsonNode> destinationRules,
            MeshSettings mesh,
            Collection<String> called) {
        String domain = Host.domain(called);
        DestinationRules rules = DestinationRules.of(destinationRules, mesh, domain);
        Map<String, OfRule> byRule = new HashMap<>();
        long outbound = 0;
        for (Hosted one : Stream.concat(
                        services.stream().flatMap(service -> Hosted.service(service, domain)),
                        serviceEntries.stream().flatMap(Hosted::entry))
                .toList()) {
            outbound += one.ports;
            for (JsonNode rule : rules.holding(client, one.host, one.namespace)) {
                long subsets = one.ports * rule.at("/spec/subsets").size();
                outbound += subsets;
                if (subsets > 0) {
                    byRule.merge(Resource.path(rule), new OfRule(Resource.path(rule), one.ports, subsets), OfRule::and);
                }
            }
        }
        List<OfRule> most = byRule.values().stream()
                .sorted(Comparator.comparing(OfRule::subsets, Comparator.reverseOrder())
                        .thenComparing(OfRule::rule))
                .toList();
        return new SubsetCount(
                outbound, most.stream().mapToLong(OfRule::subsets).sum(), most);
    }

    /**
     * Whether a proxy with so many clusters holds what was counted: within a tenth.
     *
     * @param clusters {@code envoy_cluster_manager_active_clusters}
     */
    boolean isHeldBy(long clusters) {
        return clusters >= outbound * 9 / 10 && clusters <= outbound * 11 / 10 + OTHERS;
    }

    /** A host of the mesh. */
    private record Hosted(String namespace, String host, long ports) {

        static Stream<Hosted> service(JsonNode service, String domain) {
            long ports = service.at("/spec/ports")
                    .valueStream()
                    .filter(port -> !port.path("protocol").asString("TCP").equals("UDP"))
                    .count();
            // an alias: it has the clusters of another
            return service.at("/spec/type").asString("").equals("ExternalName")
                    ? Stream.of()
                    : Stream.of(new Hosted(
                            Resource.namespace(service),
                            Resource.name(service) + "." + Resource.namespace(service) + ".svc." + domain,
                            ports));
        }

        static Stream<Hosted> entry(JsonNode entry) {
            return entry.at("/spec/hosts")
                    .valueStream()
                    .map(host -> new Hosted(
                            Resource.namespace(entry),
                            host.asString(""),
                            entry.at("/spec/ports").size()));
        }
    }
}
