package dev.sidecarsizer.advice;

import java.util.Collection;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of services, as telemetry and Istio's resources have them. */
final class Host {

    private static final Pattern IN_CLUSTER = Pattern.compile("[^.]+\\.([^.]+)\\.svc(?:\\.(.+))?");
    private static final String USUAL_DOMAIN = "cluster.local";
    private static final String WILDCARD = "*";

    private Host() {}

    /** Without the namespace that may stand before it. */
    static String name(String destination) {
        return destination.substring(destination.indexOf('/') + 1);
    }

    /** The namespace of the service; {@code null} where the name does not tell. */
    static @Nullable String namespace(String destination) {
        if (destination.indexOf('/') >= 0) {
            return destination.substring(0, destination.indexOf('/'));
        }
        Matcher service = IN_CLUSTER.matcher(destination);
        return service.matches() ? service.group(1) : null;
    }

    /** As a Sidecar resource names it, {@code namespace/host}: in any namespace where none is known. */
    static String qualified(String destination) {
        return Objects.requireNonNullElse(namespace(destination), "*") + "/" + name(destination);
    }

    /** As istiod completes it: what has no dot is a service of the namespace that it is written in, unless it stands for all. */
    static String complete(String host, String namespace, String domain) {
        return host.contains(".") || host.equals(WILDCARD) ? host : host + "." + namespace + ".svc." + domain;
    }

    /** Whether {@code wider} is that host, or a wildcard that it falls under. */
    static boolean covers(String wider, String host) {
        return wider.equals(host) || (wider.startsWith(WILDCARD) && host.endsWith(wider.substring(1)));
    }

    /** The domain of a cluster whose services have these names; Kubernetes' usual one where none tells. */
    static String domain(Collection<String> destinations) {
        return destinations.stream()
                .map(Host::name)
                .map(IN_CLUSTER::matcher)
                .filter(Matcher::matches)
                .map(service -> service.group(2))
                .filter(domain -> domain != null)
                .findFirst()
                .orElse(USUAL_DOMAIN);
    }
}
