package dev.sidecarsizer.mesh;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A container named {@code istio-proxy}, and what its arguments say that it is: sidecars, gateways, waypoints and
 * ztunnel all bear that name.
 *
 * @param container the container
 * @param role what it is
 */
public record ProxyContainer(Container container, Role role) {

    /** The name that Istio's injector gives. */
    public static final String NAME = "istio-proxy";

    /** What pilot-agent, by Go's {@code strconv.ParseBool}, reads as true. */
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");

    /** What a container named {@code istio-proxy} does. */
    public enum Role {
        /** {@code proxy sidecar}: Envoy beside an application. */
        SIDECAR,
        /** {@code proxy router}. */
        GATEWAY,
        /** {@code proxy waypoint}. */
        WAYPOINT,
        /** {@code proxy ztunnel}: not Envoy. */
        ZTUNNEL,
        /** {@code proxy sidecar} with {@code DISABLE_ENVOY}: the agent alone, for proxyless gRPC. */
        GRPC_AGENT,
        /** Anything else. */
        UNKNOWN
    }

    /** The pod's proxies that live as long as the pod, in the order in which they stand. */
    public static List<ProxyContainer> in(Pod pod) {
        return pod.longRunning()
                .filter(container -> container.name().equals(NAME))
                .map(container -> new ProxyContainer(container, role(container)))
                .toList();
    }

    public Optional<String> image() {
        return Pod.text(container.tree().path("image"));
    }

    /**
     * The container's memory.
     *
     * @throws MalformedPod where a quantity cannot be read
     */
    public Memory memory() {
        return new Memory(
                container.memoryRequest().orElse(null), container.memoryLimit().orElse(null));
    }

    private static Role role(Container container) {
        List<String> words = container.words().toList();
        int proxy = words.indexOf("proxy");
        String kind = proxy < 0 || proxy + 1 >= words.size() ? "" : words.get(proxy + 1);
        return switch (kind) {
            case "sidecar" -> envoyDisabled(container) ? Role.GRPC_AGENT : Role.SIDECAR;
            case "router" -> Role.GATEWAY;
            case "waypoint" -> Role.WAYPOINT;
            case "ztunnel" -> Role.ZTUNNEL;
            default -> Role.UNKNOWN;
        };
    }

    private static boolean envoyDisabled(Container container) {
        return container
                .env("DISABLE_ENVOY")
                .filter(variable -> TRUE.contains(variable.path("value").asString("")))
                .isPresent();
    }
}
