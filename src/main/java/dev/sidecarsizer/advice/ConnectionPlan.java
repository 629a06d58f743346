package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.ProxyFacts;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * DestinationRules that bound and close the connections to services that are called, by those that are there already: one
 * document for each rule, whoever calls. Where no rule holds, the service's namespace gets one, which is where its owner will look
 * for it; where one for many hosts does, one for this host stands in for it, with all that it says. Where that could take the
 * place of what others see, it is for the client's namespace alone.
 *
 * <p>What is written does not cut off what is known: no fewer connections to one service than any proxy that calls it has to all.
 * Of whom nothing is known, such as gateways, somebody has to think: it is said.
 */
public final class ConnectionPlan {

    private final DestinationRules rules;
    private final MeshSettings mesh;
    private final Set<String> taken;
    private final Map<String, Long> most = new HashMap<>();
    private final Map<String, Draft> drafts = new LinkedHashMap<>();

    private ConnectionPlan(
            Collection<Wanted> wanted, Collection<ProxyFacts> known, Collection<JsonNode> all, MeshSettings mesh) {
        this.mesh = mesh;
        Stream.concat(known.stream(), wanted.stream().map(Wanted::facts)).forEach(client -> {
            long connections = Objects.requireNonNullElse(client.load().connections(), 0L);
            client.traffic().destinations().forEach(one -> most.merge(Host.name(one), connections, Math::max));
        });
        List<String> called = wanted.stream()
                .flatMap(one -> one.facts.traffic().destinations().stream())
                .toList();
        rules = DestinationRules.of(all, mesh, Host.domain(called));
        taken = all.stream().map(Resource::path).collect(Collectors.toCollection(HashSet::new));
    }

    /** A workload whose proxies have many connections, and what is known of them. */
    public record Wanted(WorkloadKey workload, ProxyFacts facts) {}

    /**
     * What is to be done for one workload.
     *
     * @param rules to be applied; those of another that comes before it are not repeated
     * @param says of each service that is called what it has and lacks, in lines for people
     */
    public record Proposal(List<ObjectNode> rules, List<String> says) {}

    /**
     * A proposal for each.
     *
     * @param known proxies of whoever may call the same services, whether it has many connections for nothing or not
     * @param all DestinationRules of all namespaces, as they are stored
     */
    public static Map<WorkloadKey, Proposal> of(
            Collection<Wanted> wanted, Collection<ProxyFacts> known, Collection<JsonNode> all, MeshSettings mesh) {
        ConnectionPlan plan = new ConnectionPlan(wanted, known, all, mesh);
        Map<WorkloadKey, List<String>> says = new LinkedHashMap<>();
        wanted.forEach(one -> says.put(one.workload, plan.draft(one)));
        Map<WorkloadKey, Proposal> proposals = new LinkedHashMap<>();
        says.forEach((workload, lines) -> proposals.put(
                workload,
                new Proposal(
                        plan.drafts.values().stream()
                                .filter(draft -> draft.first.equals(workload))
                                .map(Draft::rule)
                                .toList(),
                        lines)));
        return proposals;
    }

    /** One rule, for the largest of what its clients need. */
    private static final class Draft {

        private final WorkloadKey first;
        private final ObjectNode without;
        private final long connections;
        private Duration idle = Duration.ZERO;

        /** @param most connections that one of its clients has; fewer than are a finding are no bound, whatever a profile says */
        Draft(WorkloadKey first, ObjectNode without, long most) {
            this.first = first;
            this.without = without;
            connections = Math.max(ManyConnections.LEAST_CONNECTIONS, most);
        }

        void serves(ProxyFacts facts) {
            Duration wanted = ManyConnections.idleTimeout(facts);
            idle = wanted.compareTo(idle) > 0 ? wanted : idle;
        }

        ObjectNode rule() {
            new Bounds(connections, idle).complete(without.withObject("spec"));
            return without;
        }
    }

    /** What is said of each service that it calls. */
    private List<String> draft(Wanted client) {
        if (client.facts.traffic().destinations().isEmpty()) {
            return List.of("no service was seen to be called: what is open came in, or clients' telemetry is off");
        }
        Set<String> says = new LinkedHashSet<>();
        boolean unwatched = false;
        boolean bounded = false;
        for (String destination : client.facts.traffic().destinations()) {
            String host = Host.name(destination);
            String namespace = client.workload.namespace();
            String owner = Host.namespace(destination);
            List<JsonNode> holding = rules.holding(namespace, host, owner);
            List<JsonNode> others = owner == null ? rules.thatMayHold(namespace, host) : List.of();
            JsonNode base = base(holding);
            Set<String> lacks = Bounds.lacking(base.path("spec"));
            String rule = holding.isEmpty() ? "no DestinationRule" : "DestinationRule " + Resource.path(base);
            if (isUndefined(holding)) {
                says.add(host + ": which of " + paths(holding) + " holds is not certain: make them one");
            } else if (!others.isEmpty()) {
                says.add(host + ": whether one of " + paths(others)
                        + " holds is not certain: telemetry does not tell of which namespace the service is");
            } else if (isOfMany(host) && !isFor(base, host)) {
                says.add(host + ": no DestinationRule is written for many hosts: it would hide those for one of them");
            } else if (!lacks.isEmpty()) {
                says.add(host + ": " + rule + (holding.isEmpty() ? ": no " : " has no ") + String.join(", no ", lacks));
                unwatched |= lacks.contains(Bounds.OUTLIERS);
                if (!lacks.equals(Set.of(Bounds.OUTLIERS))) {
                    bounded |= lacks.contains(Bounds.MOST);
                    draft(client.workload, destination, holding, base).serves(client.facts);
                }
            } else {
                says.add(host + ": " + rule + " bounds and closes its connections");
            }
        }
        if (bounded) {
            says.add(
                    "maxConnections is what the largest client that is known here has open: gateways, namespaces that have not"
                            + " opted in and, without -A, other namespaces may have more, which would wait: raise it first");
        }
        if (unwatched) {
            says.add(
                    "outlierDetection is not written: it ejects endpoints that fail, and has requests keep to their own zone;"
                            + " where that is wanted: trafficPolicy: {outlierDetection: {}}");
        }
        return List.copyOf(says);
    }

    private Draft draft(WorkloadKey client, String destination, List<JsonNode> holding, JsonNode base) {
        String host = Host.name(destination);
        if (isFor(base, host)) {
            return drafts.computeIfAbsent(
                    Resource.path(base), any -> new Draft(client, Resource.again(Bounds.KIND, base), most(host)));
        }
        String owner = Objects.requireNonNullElse(Host.namespace(destination), client.namespace());
        boolean isOfRoot = Resource.namespace(base).equals(mesh.rootNamespace())
                && !client.namespace().equals(mesh.rootNamespace());
        String shared = holding.isEmpty() || isOfRoot ? owner : Resource.namespace(base);
        boolean isSeen = !holding.isEmpty() || !mesh.keepsRulesPrivate();
        boolean isForAll = isSeen && !rules.hidesOthers(shared, host, holding);
        String namespace = isForAll ? shared : client.namespace();
        return drafts.computeIfAbsent(namespace + " " + host, any -> {
            ObjectNode rule = Resource.named(Bounds.KIND, namespace, free(namespace, host));
            ObjectNode spec = rule.putObject("spec").put("host", host);
            if (!isForAll) {
                spec.putArray("exportTo").add(DestinationRules.OWN);
            }
            Resource.spec(base).properties().forEach(field -> spec.putIfAbsent(field.getKey(), field.getValue()));
            holding.stream()
                    .flatMap(one -> one.at("/spec/subsets").valueStream())
                    .filter(subset -> spec.path("subsets").valueStream().noneMatch(has -> has.path("name")
                            .equals(subset.path("name"))))
                    .forEach(subset -> spec.withArray("subsets").add(subset));
            return new Draft(client, rule, most(host));
        });
    }

    /** Whether it is there, and for this host alone. */
    private static boolean isFor(JsonNode rule, String host) {
        String ruled = rule.at("/spec/host").asString("*");
        return ruled.equals(host) || !isOfMany(ruled);
    }

    private static boolean isOfMany(String host) {
        return host.startsWith("*");
    }

    private long most(String host) {
        return most.getOrDefault(host, 0L);
    }

    /** Of several that istiod makes one of, the one whose policy it takes. */
    private static JsonNode base(List<JsonNode> holding) {
        return holding.stream()
                .filter(rule -> rule.path("spec").has(Bounds.POLICY))
                .findFirst()
                .orElseGet(() -> holding.isEmpty() ? MissingNode.getInstance() : holding.getFirst());
    }

    /** Rules for some pods, and rules that are exported otherwise, are not made one. */
    private static boolean isUndefined(List<JsonNode> holding) {
        return holding.stream().anyMatch(DestinationRules::selectsPods)
                || holding.stream().map(DestinationRules::exportTo).distinct().count() > 1;
    }

    private static List<String> paths(List<JsonNode> some) {
        return some.stream().map(Resource::path).sorted().toList();
    }

    /** A name that no other rule of the namespace has. */
    private String free(String namespace, String host) {
        String name = host.contains(".svc") ? host.substring(0, host.indexOf('.')) : host;
        String plain =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-").replaceAll("^[.-]+|[.-]+$", "");
        String free = plain;
        while (!taken.add(namespace + "/" + free)) {
            free += "-connections";
        }
        return free;
    }
}
