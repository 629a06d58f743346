package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.EmbeddedJson;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.QosClass;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Reason;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Whether a pod's proxy is ours to size at all: everybody who has spoken before us wins, each by name. */
final class Eligibility {

    private static final List<String> ISTIO_MEMORY_ANNOTATIONS =
            List.of("sidecar.istio.io/proxyMemory", "sidecar.istio.io/proxyMemoryLimit");
    /** Istio keeps here what the owner declared for {@code istio-proxy} in his own pod template. */
    private static final String ISTIO_OVERRIDES = "proxy.istio.io/overrides";

    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String VPA_UPDATES = "vpaUpdates";
    private static final Pattern CONTAINER = Pattern.compile("/spec/containers/(\\d+)");
    private static final String NO_PROXY_OF_ISTIO =
            "container istio-proxy runs no proxy sidecar, router, waypoint or ztunnel: give it another name";

    private Eligibility() {}

    /** Why {@code pod} stays as it came; empty where its proxy may be sized. */
    static Optional<Keep> refuse(
            Pod pod, ProxyContainer proxy, Memory before, SizingPolicy policy, Surroundings surroundings) {
        return role(proxy, policy)
                .or(() -> pod.annotation(MIRROR).map(ignored -> Reason.MIRROR_POD))
                .or(() -> spoken(pod, proxy, surroundings))
                .or(() -> Optional.of(Reason.QOS_BEST_EFFORT)
                        .filter(ignored ->
                                QosClass.of(pod, proxy.container().pointer(), before) == QosClass.BEST_EFFORT))
                .map(reason -> new Keep(reason, reason == Reason.POD_NOT_UNDERSTOOD ? NO_PROXY_OF_ISTIO : ""));
    }

    private static Optional<Reason> role(ProxyContainer proxy, SizingPolicy policy) {
        return switch (proxy.role()) {
            case SIDECAR -> Optional.empty();
            case GATEWAY -> policy.gateways() ? Optional.empty() : Optional.of(Reason.GATEWAY);
            case WAYPOINT -> Optional.of(Reason.WAYPOINT);
            case ZTUNNEL -> Optional.of(Reason.ZTUNNEL);
            case GRPC_AGENT -> Optional.of(Reason.GRPC_AGENT);
            case UNKNOWN -> Optional.of(Reason.POD_NOT_UNDERSTOOD);
        };
    }

    private static Optional<Reason> spoken(Pod pod, ProxyContainer proxy, Surroundings surroundings) {
        if (ISTIO_MEMORY_ANNOTATIONS.stream()
                        .anyMatch(key -> pod.annotation(key).isPresent())
                || pod.annotation(ISTIO_OVERRIDES)
                        .filter(overrides -> EmbeddedJson.read(overrides)
                                .map(Eligibility::setsProxyMemory)
                                .orElse(true))
                        .isPresent()) {
            return Optional.of(Reason.OWNER_SET_MEMORY);
        }
        // VPA up to 1.8 sizes no native sidecar, whatever its object covers: kept for its sake, nobody would size it
        boolean vpaCovers = surroundings.vpaOwnsProxy() && !proxy.container().isNativeSidecar();
        if (vpaCovers || vpaUpdated(pod, proxy)) {
            return Optional.of(Reason.VPA_OWNS_MEMORY);
        }
        return surroundings.hpaOnMemory() ? Optional.of(Reason.HPA_ON_MEMORY) : Optional.empty();
    }

    private static boolean setsProxyMemory(JsonNode overrides) {
        return Stream.of("containers", "initContainers")
                .flatMap(list -> overrides.path(list).valueStream())
                .filter(container ->
                        ProxyContainer.NAME.equals(container.path("name").asString("")))
                .map(container -> container.path("resources"))
                .anyMatch(resources -> resources.path("limits").has("memory")
                        || resources.path("requests").has("memory"));
    }

    /**
     * VPA leaves {@code Pod resources updated by NAME: container 1: memory request, …; container 2: …}. It names there
     * what it left alone too: {@code memory: limit NOT set since …}.
     */
    private static boolean vpaUpdated(Pod pod, ProxyContainer proxy) {
        Matcher classic = CONTAINER.matcher(proxy.container().pointer());
        if (!classic.matches()) {
            return false;
        }
        String ours = "container " + classic.group(1) + ":";
        return pod.annotation(VPA_UPDATES).stream()
                .flatMap(updates -> Stream.of(updates.split(";", -1)))
                .filter(container -> container.contains(ours))
                .anyMatch(container -> container.contains("memory request") || container.contains("memory limit"));
    }
}
