package dev.sidecarsizer.advice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What else a proxy must know to reach what it called. Telemetry names the service that answered: a VirtualService, or a
 * route of the Gateway API whose parent is a Service, may have led there from another host, and leads from a host that
 * was called to others too. Neither is followed twice, since Envoy does not.
 *
 * <p>Who may see a route is not asked: a host too many costs memory, one too few a call.
 */
final class Routes {

    private static final String MESH = "mesh";
    private static final String EVERYTHING = "*";

    private final List<Route> all;

    private Routes(List<Route> all) {
        this.all = all;
    }

    /** Hosts, and where their requests go; both as istiod completes names. */
    private record Route(String namespace, Set<String> hosts, Set<String> destinations) {

        boolean isOf(Collection<String> called) {
            return Stream.concat(hosts.stream(), destinations.stream()).anyMatch(host -> called.stream()
                    .anyMatch(one -> Host.covers(host, one) || Host.covers(one, host)));
        }

        /** As a Sidecar resource names them: the host's own namespace for the service, the route's for the route. */
        Stream<String> kept() {
            return Stream.concat(
                    Stream.concat(hosts.stream(), destinations.stream()).map(Host::qualified),
                    hosts.stream().map(host -> namespace + "/" + host));
        }
    }

    /**
     * Those that a cluster has.
     *
     * @param virtualServices of all namespaces, as they are stored
     * @param gatewayRoutes HTTPRoutes and GRPCRoutes of all namespaces
     * @param domain of the cluster, such as {@code cluster.local}
     */
    static Routes of(Collection<JsonNode> virtualServices, Collection<JsonNode> gatewayRoutes, String domain) {
        List<Route> all = new ArrayList<>();
        Map<String, JsonNode> byPath = new HashMap<>();
        virtualServices.forEach(one -> byPath.put(Resource.path(one), one));
        for (JsonNode one : virtualServices) {
            if (isForSidecars(one)) {
                all.add(route(one, byPath, domain));
            }
        }
        gatewayRoutes.forEach(one -> all.add(route(one, domain)));
        return new Routes(all.stream().filter(one -> !one.hosts.isEmpty()).toList());
    }

    /**
     * Hosts of all routes that lead from or to one of these, and where such lead, as a Sidecar resource names them.
     *
     * @param called as Istio's telemetry names them, a namespace before or not
     */
    Set<String> beside(Collection<String> called) {
        List<String> hosts = called.stream().map(Host::name).toList();
        Set<String> beside = new TreeSet<>();
        all.stream().filter(route -> route.isOf(hosts)).flatMap(Route::kept).forEach(beside::add);
        return beside;
    }

    private static boolean isForSidecars(JsonNode virtualService) {
        JsonNode gateways = virtualService.at("/spec/gateways");
        return gateways.isEmpty()
                || gateways.valueStream().anyMatch(one -> one.asString("").equals(MESH));
    }

    private static Route route(JsonNode virtualService, Map<String, JsonNode> others, String domain) {
        String namespace = Resource.namespace(virtualService);
        Set<String> hosts = new TreeSet<>();
        virtualService
                .at("/spec/hosts")
                .valueStream()
                .map(host -> host.asString(""))
                .filter(host -> !host.isEmpty() && !host.equals(EVERYTHING))
                .forEach(host -> hosts.add(Host.complete(host, namespace, domain)));
        Set<String> destinations = destinations(virtualService, domain);
        virtualService
                .at("/spec/http")
                .valueStream()
                .map(rule -> rule.path("delegate"))
                .flatMap(delegate ->
                        Stream.ofNullable(others.get(delegate.path("namespace").asString(namespace) + "/"
                                + delegate.path("name").asString(""))))
                .forEach(delegate -> destinations.addAll(destinations(delegate, domain)));
        return new Route(namespace, hosts, destinations);
    }

    private static Set<String> destinations(JsonNode virtualService, String domain) {
        Set<String> destinations = new TreeSet<>();
        Stream.of("http", "tcp", "tls")
                .flatMap(protocol -> virtualService.path("spec").path(protocol).valueStream())
                .flatMap(rule -> Stream.concat(
                        Stream.concat(
                                        rule.path("route").valueStream(),
                                        rule.path("mirrors").valueStream())
                                .map(to -> to.path("destination")),
                        Stream.of(rule.path("mirror"))))
                .map(destination -> destination.path("host").asString(""))
                .filter(host -> !host.isEmpty())
                .forEach(host -> destinations.add(Host.complete(host, Resource.namespace(virtualService), domain)));
        return destinations;
    }

    private static Route route(JsonNode gatewayRoute, String domain) {
        String namespace = Resource.namespace(gatewayRoute);
        Set<String> hosts = new TreeSet<>();
        gatewayRoute
                .at("/spec/parentRefs")
                .valueStream()
                .filter(parent -> parent.path("kind").asString("").equals("Service"))
                .forEach(parent -> hosts.add(service(parent, namespace, domain)));
        Set<String> destinations = new TreeSet<>();
        gatewayRoute
                .at("/spec/rules")
                .valueStream()
                .flatMap(rule -> Stream.concat(
                        rule.path("backendRefs").valueStream(),
                        rule.path("filters").valueStream().map(filter -> filter.at("/requestMirror/backendRef"))))
                .filter(backend -> backend.path("kind").asString("Service").equals("Service"))
                .filter(backend -> backend.has("name"))
                .forEach(backend -> destinations.add(service(backend, namespace, domain)));
        return new Route(namespace, hosts, destinations);
    }

    private static String service(JsonNode reference, String namespace, String domain) {
        return Host.complete(
                reference.path("name").asString(""), reference.path("namespace").asString(namespace), domain);
    }
}
