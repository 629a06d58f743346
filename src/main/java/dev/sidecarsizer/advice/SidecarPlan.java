package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Destinations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Sidecar} resources for workloads of one namespace that hold configuration which they do not use, by what is there
 * already: one document for each resource. Where none can be written that is sure to cut nobody off, it is said why.
 */
public final class SidecarPlan {

    private final Map<WorkloadKey, Set<String>> wanted = new LinkedHashMap<>();
    private final Around around;
    /** Of pods that are there, and of those that will be. */
    private final Map<WorkloadKey, List<Map<String, String>>> labels = new LinkedHashMap<>();

    private final Set<String> names;

    private SidecarPlan(Collection<Wanted> wanted, Around around) {
        this.around = around;
        around.resting.forEach((workload, template) -> labels.put(workload, List.of(template)));
        labels.putAll(around.pods);
        names = around.sidecars.stream().map(Resource::name).collect(Collectors.toCollection(HashSet::new));
        String domain =
                Host.domain(wanted.stream().flatMap(one -> one.called.stream()).toList());
        Routes routes = Routes.of(around.virtualServices, around.gatewayRoutes, domain);
        for (Wanted one : wanted) {
            if (!isAll(one.called)) {
                continue;
            }
            Set<String> hosts = new TreeSet<>(one.called);
            hosts.addAll(routes.beside(one.called));
            hosts.add(around.mesh.rootNamespace() + "/*");
            hosts.addAll(around.mesh.providers());
            this.wanted.put(one.workload, hosts);
        }
    }

    /** A workload that is to have one, and what it called. */
    public record Wanted(WorkloadKey workload, Collection<String> called) {}

    /**
     * What the cluster has; resources of Istio's and of the Gateway API as they are stored.
     *
     * @param pods labels of the pods with a proxy, by whose they are; in this namespace, as are {@code sidecars}
     * @param resting labels of the next pod of workloads of the mesh that have none now: jobs, and what is scaled to nothing
     * @param mesh whose root namespace, and services that proxies ask by themselves, they keep
     * @param rootSidecars of its root namespace
     * @param virtualServices of all namespaces, as are {@code gatewayRoutes}
     */
    public record Around(
            Map<WorkloadKey, List<Map<String, String>>> pods,
            Map<WorkloadKey, Map<String, String>> resting,
            List<JsonNode> sidecars,
            MeshSettings mesh,
            List<JsonNode> rootSidecars,
            List<JsonNode> virtualServices,
            List<JsonNode> gatewayRoutes) {}

    /** What is to be done for one workload. */
    public sealed interface Proposal {

        /**
         * This is to be applied.
         *
         * @param says what it was made of, in lines for people
         */
        record Apply(ObjectNode sidecar, List<String> says) implements Proposal {}

        /** The document of another, which has the same resource, is for this one too. */
        record With(WorkloadKey other) implements Proposal {}

        /** Nothing that is sure to be right can be written. */
        record Refrain(String why) implements Proposal {}
    }

    /** A proposal for each, in their order. */
    public static Map<WorkloadKey, Proposal> of(Collection<Wanted> wanted, Around around) {
        SidecarPlan plan = new SidecarPlan(wanted, around);
        Map<WorkloadKey, Proposal> proposals = new LinkedHashMap<>();
        wanted.forEach(one -> proposals.put(one.workload, plan.propose(one.workload)));
        return proposals;
    }

    /** A profile keeps no more than so many, and may have lost what it had. */
    private static boolean isAll(Collection<String> called) {
        return !called.isEmpty() && called.size() < Destinations.MOST;
    }

    private Proposal propose(WorkloadKey workload) {
        if (!wanted.containsKey(workload)) {
            return new Proposal.Refrain(
                    "not all that it calls is known: its profile has no service, or as many as it keeps, "
                            + Destinations.MOST);
        }
        List<Map<String, String>> pods = around.pods.getOrDefault(workload, List.of());
        if (pods.isEmpty()) {
            return new Proposal.Refrain("no pod of it is there, whose labels would tell how it can be selected");
        }
        Holding holding = holding(workload);
        if (holding instanceof Holding.Undefined several) {
            return new Proposal.Refrain("the Sidecar resources " + several.names()
                    + " may each hold for its pods, and which does is not defined: leave one");
        }
        if (holding instanceof Holding.Selecting selecting) {
            return added(workload, selecting.sidecar());
        }
        Map<String, String> selector = SidecarResource.selector(common(pods));
        if (selector.isEmpty()) {
            return new Proposal.Refrain("no label of its pods names the workload: give them one, such as app");
        }
        Set<WorkloadKey> others = new LinkedHashSet<>(labels.keySet());
        others.removeIf(other -> other.equals(workload) || !has(other, selector));
        if (!others.isEmpty()) {
            return new Proposal.Refrain("pods of " + named(others) + " have the labels " + selector
                    + " too, and would be cut off from what they call: give its pods a label of their own");
        }
        return holding instanceof Holding.Inherited inherited
                ? new Proposal.Apply(
                        SidecarResource.instead(
                                inherited.sidecar(), workload.namespace(), free(workload), selector, hosts(workload)),
                        List.of("stands in for Sidecar " + Resource.path(inherited.sidecar())
                                + ", whose listeners, hosts and policy it has too"))
                : new Proposal.Apply(
                        SidecarResource.of(workload.namespace(), free(workload), selector, hosts(workload)), List.of());
    }

    /** One that selects others too must have what they call, and be written once. */
    private Proposal added(WorkloadKey workload, JsonNode sidecar) {
        List<WorkloadKey> selected = labels.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(labels -> Holding.selects(sidecar, labels)))
                .map(Map.Entry::getKey)
                .toList();
        List<WorkloadKey> unknown =
                selected.stream().filter(one -> !wanted.containsKey(one)).toList();
        if (!unknown.isEmpty()) {
            return new Proposal.Refrain("Sidecar " + Resource.path(sidecar) + " selects pods of " + named(unknown)
                    + " too, of which it is not known what they call: give each its own");
        }
        List<WorkloadKey> others = selected.stream()
                .filter(one -> !(holding(one) instanceof Holding.Selecting))
                .toList();
        if (!others.isEmpty()) {
            return new Proposal.Refrain("Sidecar " + Resource.path(sidecar) + " selects pods of " + named(others)
                    + " too, and is not the only one that does");
        }
        WorkloadKey first =
                wanted.keySet().stream().filter(selected::contains).findFirst().orElse(workload);
        if (!first.equals(workload)) {
            return new Proposal.With(first);
        }
        Set<String> hosts = new TreeSet<>();
        selected.forEach(one -> hosts.addAll(hosts(one)));
        List<String> says = new ArrayList<>();
        says.add("Sidecar " + Resource.path(sidecar) + " selects its pods: what is called is added to that");
        if (selected.size() > 1) {
            says.add("it holds for " + named(selected) + ", and has what each of them calls");
        }
        return new Proposal.Apply(SidecarResource.merged(sidecar, hosts), says);
    }

    private Holding holding(WorkloadKey workload) {
        return Holding.of(labels.getOrDefault(workload, List.of()), around.sidecars, around.rootSidecars);
    }

    private Set<String> hosts(WorkloadKey workload) {
        return wanted.getOrDefault(workload, Set.of());
    }

    /** A name that no other resource has. */
    private String free(WorkloadKey workload) {
        String name = workload.name();
        if (!names.add(name)) {
            name = workload.name() + "-" + workload.kind().toLowerCase(Locale.ROOT);
            while (!names.add(name)) {
                name += "-called";
            }
        }
        return name;
    }

    private boolean has(WorkloadKey other, Map<String, String> selector) {
        return labels.getOrDefault(other, List.of()).stream()
                .anyMatch(pod -> pod.entrySet().containsAll(selector.entrySet()));
    }

    /** Labels that all of the pods have: during a rollout there are old ones and new. */
    private static Map<String, String> common(List<Map<String, String>> pods) {
        Map<String, String> common = new TreeMap<>(pods.getFirst());
        pods.forEach(labels -> common.entrySet().retainAll(labels.entrySet()));
        return common;
    }

    private static String named(Collection<?> some) {
        return some.stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
    }
}
