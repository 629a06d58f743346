package dev.sidecarsizer.advice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Istio's {@code Sidecar} resource that lets a proxy hold no more than the services that it calls.
 *
 * <p>All of {@code istio-system} and {@code kube-system} stays: certificates, telemetry and tracing as Istio installs them,
 * and DNS. Collectors elsewhere, who says who may call, and hosts of JSON web keys that the proxy fetches itself are for whoever
 * makes it to add: no request metric tells of them.
 *
 * @see <a href="https://istio.io/latest/docs/reference/config/networking/sidecar/">Sidecar</a>
 */
public final class SidecarResource {

    /** Hosts that every proxy keeps. */
    static final List<String> KEPT = List.of("istio-system/*", "kube-system/*");

    private static final String KIND = "Sidecar";
    private static final Set<String> ALL_OR_NONE = Set.of("*/*", "~/*");

    /** Labels that charts and people name workloads by; others change with each release, or with each pod. */
    private static final List<String> NAMING = List.of(
            "app",
            "k8s-app",
            "version",
            "app.kubernetes.io/name",
            "app.kubernetes.io/instance",
            "app.kubernetes.io/component");

    private SidecarResource() {}

    /**
     * As YAML to apply.
     *
     * @param name of the resource
     * @param labels of the pods that it is for; none for all of the namespace
     * @param destinations services really called, as Istio's telemetry names them
     */
    public static String yaml(
            String namespace, String name, Map<String, String> labels, Collection<String> destinations) {
        List<String> lines = new ArrayList<>(List.of(
                "apiVersion: networking.istio.io/v1",
                "kind: Sidecar",
                "metadata: {name: " + name + ", namespace: " + namespace + "}",
                "spec:"));
        if (!labels.isEmpty()) {
            lines.add("  workloadSelector:");
            lines.add("    labels:");
            new TreeMap<>(labels).forEach((label, value) -> lines.add("      " + label + ": \"" + value + "\""));
        }
        lines.add("  egress:");
        lines.add("    - hosts:");
        hosts(destinations).forEach(host -> lines.add("        - \"" + host + "\""));
        return String.join("\n", lines) + "\n";
    }

    /**
     * The same, for a cluster that has none which would hold for these pods.
     *
     * @param labels of the pods that it is for
     */
    static ObjectNode of(String namespace, String name, Map<String, String> labels, Collection<String> destinations) {
        ObjectNode sidecar = Resource.named(KIND, namespace, name);
        select(sidecar.withObject("spec"), labels);
        add(sidecar.withObject("spec"), destinations);
        return sidecar;
    }

    /**
     * One that is there already, with what was called added: a workload may have but one. Listeners with a port of their own
     * stay, as do inbound ones; of the hosts of others only those go that stand for everything, or for nothing.
     *
     * @param existing as the API server stores it
     * @return as it is to be applied
     */
    static ObjectNode merged(JsonNode existing, Collection<String> destinations) {
        ObjectNode merged = Resource.again(KIND, existing);
        add(merged.withObject("spec"), destinations);
        return merged;
    }

    /**
     * One for some pods in place of one that holds for all, with what that has.
     *
     * @param general as the API server stores it
     * @param labels of the pods that it is for
     */
    static ObjectNode instead(
            JsonNode general,
            String namespace,
            String name,
            Map<String, String> labels,
            Collection<String> destinations) {
        ObjectNode own = Resource.named(KIND, namespace, name);
        select(own.withObject("spec"), labels);
        Resource.spec(general).properties().forEach(field -> {
            if (!field.getKey().equals("workloadSelector")) {
                own.withObject("spec").set(field.getKey(), field.getValue());
            }
        });
        add(own.withObject("spec"), destinations);
        return own;
    }

    private static void select(ObjectNode spec, Map<String, String> labels) {
        ObjectNode selected = spec.putObject("workloadSelector").putObject("labels");
        new TreeMap<>(labels).forEach(selected::put);
    }

    private static void add(ObjectNode spec, Collection<String> destinations) {
        ArrayNode egress = spec.withArray("egress");
        ObjectNode listener = egress.valueStream()
                .filter(one -> one instanceof ObjectNode && !one.has("port"))
                .map(ObjectNode.class::cast)
                .findFirst()
                .orElseGet(egress::addObject);
        Set<String> hosts = new LinkedHashSet<>(hosts(destinations));
        listener.path("hosts")
                .valueStream()
                .map(host -> host.asString(""))
                .filter(host -> !ALL_OR_NONE.contains(host))
                .forEach(hosts::add);
        ArrayNode both = listener.putArray("hosts");
        hosts.forEach(both::add);
    }

    /** The labels of a pod that name its workload; none where the only one is its version. */
    public static Map<String, String> selector(Map<String, String> labels) {
        Map<String, String> selector = new TreeMap<>(labels);
        selector.keySet().retainAll(NAMING);
        return selector.keySet().equals(Set.of("version")) ? Map.of() : selector;
    }

    /** Hosts as the resource names them, {@code namespace/host}: what every proxy keeps, then those called, in order. */
    static List<String> hosts(Collection<String> destinations) {
        return Stream.concat(
                        KEPT.stream(),
                        destinations.stream()
                                .map(Host::qualified)
                                .sorted()
                                .distinct()
                                .filter(host -> KEPT.stream().noneMatch(kept -> covers(kept, host))))
                .toList();
    }

    private static boolean covers(String all, String host) {
        return host.startsWith(all.substring(0, all.length() - 1));
    }
}
