package dev.sidecarsizer.advice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which DestinationRules hold where a proxy calls a host, as istiod chooses: those of the client's own namespace, else of the
 * service's, else of Istio's root namespace, the latter two where they are exported to the client; of each the most
 * specific host.
 *
 * @see <a href="https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration">Istio</a>
 */
final class DestinationRules {

    /** Clients of the rule's own namespace. */
    static final String OWN = ".";

    private static final String EVERYBODY = "*";

    private final MeshSettings mesh;
    private final Map<String, ByHost> all = new HashMap<>();
    private final Map<String, ByHost> local = new HashMap<>();
    private final Map<String, ByHost> exported = new HashMap<>();
    private final ByHost ofRootAlone = new ByHost();

    private DestinationRules(MeshSettings mesh) {
        this.mesh = mesh;
    }

    /**
     * Those that a cluster has.
     *
     * @param all of all namespaces, as they are stored
     * @param domain of the cluster, such as {@code cluster.local}
     */
    static DestinationRules of(Collection<JsonNode> all, MeshSettings mesh, String domain) {
        DestinationRules rules = new DestinationRules(mesh);
        all.stream()
                .sorted(Comparator.comparing((JsonNode rule) ->
                                rule.at("/metadata/creationTimestamp").asString(""))
                        .thenComparing(Resource::name)
                        .thenComparing(Resource::namespace))
                .forEach(rule -> rules.add(rule, domain));
        return rules;
    }

    private void add(JsonNode rule, String domain) {
        String namespace = Resource.namespace(rule);
        String host = Host.complete(rule.at("/spec/host").asString(""), namespace, domain);
        all.computeIfAbsent(namespace, any -> new ByHost()).add(host, rule);
        Set<String> exportTo = exportTo(rule);
        boolean own = exportTo.equals(Set.of(OWN)) || exportTo.equals(Set.of(namespace));
        if (exportTo.isEmpty()
                || exportTo.contains(EVERYBODY)
                || exportTo.contains(OWN)
                || exportTo.contains(namespace)) {
            local.computeIfAbsent(namespace, any -> new ByHost()).add(host, rule);
        }
        if (!own && !(exportTo.isEmpty() && mesh.keepsRulesPrivate())) {
            exported.computeIfAbsent(namespace, any -> new ByHost()).add(host, rule);
        } else if (namespace.equals(mesh.rootNamespace())) {
            ofRootAlone.add(host, rule);
        }
    }

    /**
     * Those that hold, which istiod makes one of; none where there are none.
     *
     * @param client the namespace of the proxy
     * @param owner the namespace of the service; {@code null} where it is not known
     * @return oldest first
     */
    List<JsonNode> holding(String client, String host, @Nullable String owner) {
        List<JsonNode> own = client.equals(mesh.rootNamespace())
                ? ofRootAlone.best(host)
                : local.getOrDefault(client, ByHost.EMPTY).best(host);
        if (!own.isEmpty()) {
            return own;
        }
        List<JsonNode> ofService = owner == null ? List.of() : exported(owner, host, client);
        return ofService.isEmpty() ? exported(mesh.rootNamespace(), host, client) : ofService;
    }

    /** Those of which one would hold were the service of its namespace, for one whose namespace is not known. */
    List<JsonNode> thatMayHold(String client, String host) {
        return holding(client, host, null).stream()
                        .anyMatch(rule -> Resource.namespace(rule).equals(client))
                ? List.of()
                : exported.keySet().stream()
                        .filter(by -> !by.equals(mesh.rootNamespace()))
                        .flatMap(by -> exported(by, host, client).stream())
                        .toList();
    }

    private List<JsonNode> exported(String by, String host, String client) {
        return exported.getOrDefault(by, ByHost.EMPTY).best(host).stream()
                .filter(rule -> {
                    Set<String> to = exportTo(rule);
                    return to.isEmpty() || to.contains(EVERYBODY) || to.contains(client);
                })
                .toList();
    }

    /**
     * Whether a new rule for one host, exported as those that hold are, could take the place of yet another for some other
     * client: istiod looks who may see a rule after it has chosen the most specific host, and of several takes the youngest.
     *
     * @param namespace of the new rule
     * @param holding what it says again, of one namespace
     */
    boolean hidesOthers(String namespace, String host, List<JsonNode> holding) {
        String from = holding.isEmpty() ? "" : Resource.namespace(holding.getFirst());
        int least = holding.isEmpty() ? 0 : specific(holding.getFirst());
        return Stream.of(namespace, from.equals(namespace) ? namespace : mesh.rootNamespace())
                .flatMap(where -> all.getOrDefault(where, ByHost.EMPTY).covering(host))
                .filter(rule -> !holding.contains(rule))
                .anyMatch(rule -> !Resource.namespace(rule).equals(from) || specific(rule) >= least);
    }

    private static int specific(JsonNode rule) {
        String host = rule.at("/spec/host").asString("");
        return host.startsWith(EVERYBODY) ? host.length() : Integer.MAX_VALUE;
    }

    /** A rule for some pods is for those of its own namespace. */
    static Set<String> exportTo(JsonNode rule) {
        return selectsPods(rule)
                ? Set.of(OWN)
                : rule.at("/spec/exportTo")
                        .valueStream()
                        .map(to -> to.asString(""))
                        .collect(Collectors.toSet());
    }

    static boolean selectsPods(JsonNode rule) {
        return rule.path("spec").has("workloadSelector");
    }

    /** The rules of a namespace. */
    private static final class ByHost {

        private static final ByHost EMPTY = new ByHost();

        private final Map<String, List<JsonNode>> rules = new HashMap<>();
        private final List<String> wildcards = new ArrayList<>();

        void add(String host, JsonNode rule) {
            if (host.startsWith(EVERYBODY) && !rules.containsKey(host)) {
                wildcards.add(host);
            }
            rules.computeIfAbsent(host, any -> new ArrayList<>()).add(rule);
        }

        Stream<JsonNode> covering(String host) {
            return rules.entrySet().stream()
                    .filter(one -> Host.covers(one.getKey(), host))
                    .flatMap(one -> one.getValue().stream());
        }

        /** Those of the most specific host that covers it. */
        List<JsonNode> best(String host) {
            List<JsonNode> exact = rules.get(host);
            return exact != null
                    ? exact
                    : wildcards.stream()
                            .filter(wildcard -> Host.covers(wildcard, host))
                            .max(Comparator.comparingInt(String::length))
                            .map(wildcard -> rules.getOrDefault(wildcard, List.of()))
                            .orElse(List.of());
        }
    }
}
