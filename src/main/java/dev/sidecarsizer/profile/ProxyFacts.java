package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that was measured and what drives its memory; of several pods the one with the most memory. {@code null}
 * wherever nobody told.
 *
 * @param version Istio version, such as {@code 1.31.0}
 * @param image exact image reference on which that version was seen
 * @param concurrency worker threads; {@code null} too where pods differ
 * @param nativeSidecar whether it runs as a native sidecar
 * @param rawTcp whether raw TCP was seen, served or called
 * @param allocated {@code envoy_server_memory_allocated}: in use by Envoy
 * @param heap {@code envoy_server_memory_heap_size}: reserved by the allocator, not resident
 * @param physical {@code envoy_server_memory_physical_size}
 * @param agent resident memory of pilot-agent
 * @param connections active connections, both ways
 * @param requestRate requests a second, both ways
 * @param clusters clusters in Envoy's configuration
 * @param shedding share of new connections, 0 to 1, that Envoy closed for want of memory in the time that was looked at, as
 *     {@code envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent} tells; of several pods the largest
 * @param pressure share of its heap budget, or of its memory limit where the budget follows that, that Envoy had in use at most
 *     in that time, 0 to 1 or above, as {@code envoy_overload_envoy_resource_monitors_fixed_heap_pressure} tells; of several
 *     pods the largest
 * @param shrinksPerHour how often an hour Envoy's action {@code shrink_heap} ran, which it does every 10 s at most; of several
 *     pods the most
 * @param destinations services really called, {@code host} as Istio's telemetry names it, at most 64, sorted; where that does
 *     not tell the namespace, which may be known all the same, {@code namespace/host}
 * @param makeup what else it is made of
 */
public record ProxyFacts(
        @Nullable String version,
        @Nullable String image,
        @Nullable Integer concurrency,
        @Nullable Boolean nativeSidecar,
        @Nullable Boolean rawTcp,
        @Nullable Bytes allocated,
        @Nullable Bytes heap,
        @Nullable Bytes physical,
        @Nullable Bytes agent,
        @Nullable Long connections,
        @Nullable Double requestRate,
        @Nullable Long clusters,
        @Nullable Double shedding,
        @Nullable Double pressure,
        @Nullable Double shrinksPerHour,
        List<String> destinations,
        @Nullable Makeup makeup) {

    /** How many destinations are kept. */
    public static final int MOST_DESTINATIONS = 64;

    /** Three minutes of an hour: less is one burst. */
    private static final double OFTEN = 0.05;

    private static final double MOSTLY = 0.5;

    /** As a Service, a ServiceEntry or a wildcard of one is named; others come from an application's own metrics. */
    private static final Pattern HOST =
            Pattern.compile("([a-z0-9-]{1,63}/)?(\\*\\.)?[A-Za-z0-9_][A-Za-z0-9._-]{0,252}");

    private static final Pattern NAMES_ITS_NAMESPACE = Pattern.compile("[^.]+\\.([^.]+)\\.svc(?:\\..+)?");
    private static final Set<String> NO_NAMESPACE = Set.of("", "unknown");

    /** Nothing known. */
    public static final ProxyFacts UNKNOWN =
            new ProxyFacts(null, null, null, null, null, null, null, null, null, null, null, null, null, List.of());

    /** Leaves out destinations that are no host's name: they would stand in resources that people apply. */
    public ProxyFacts {
        if (!destinations.stream().allMatch(ProxyFacts::isHost)) {
            destinations = destinations.stream().filter(ProxyFacts::isHost).toList();
        }
    }

    /** Without what else it is made of, and how near it came to its heap budget. */
    public ProxyFacts(
            @Nullable String version,
            @Nullable String image,
            @Nullable Integer concurrency,
            @Nullable Boolean nativeSidecar,
            @Nullable Boolean rawTcp,
            @Nullable Bytes allocated,
            @Nullable Bytes heap,
            @Nullable Bytes physical,
            @Nullable Bytes agent,
            @Nullable Long connections,
            @Nullable Double requestRate,
            @Nullable Long clusters,
            @Nullable Double shedding,
            List<String> destinations) {
        this(
                version,
                image,
                concurrency,
                nativeSidecar,
                rawTcp,
                allocated,
                heap,
                physical,
                agent,
                connections,
                requestRate,
                clusters,
                shedding,
                null,
                null,
                destinations,
                null);
    }

    private static boolean isHost(String destination) {
        return HOST.matcher(destination).matches();
    }

    /**
     * A destination as it is kept.
     *
     * @param host {@code destination_service} of Istio's telemetry
     * @param namespace {@code destination_service_namespace}; empty where it is not known
     */
    public static String destination(String host, String namespace) {
        Matcher named = NAMES_ITS_NAMESPACE.matcher(host);
        boolean told = named.matches() && named.group(1).equals(namespace);
        return told || NO_NAMESPACE.contains(namespace) ? host : namespace + "/" + host;
    }

    /** What no look tells again: who was called once, and that raw TCP was seen. */
    public static ProxyFacts lasting(@Nullable Boolean rawTcp, List<String> destinations) {
        return new ProxyFacts(
                null, null, null, null, rawTcp, null, null, null, null, null, null, null, null, destinations);
    }

    /** Whether a proxy refuses traffic so often that its memory is too small. */
    public boolean shedsLoad() {
        return shedding != null && shedding > OFTEN;
    }

    /** Whether a proxy refuses traffic more than it serves: it is stuck, which its next pod getting more does not help. */
    public boolean refusesMostly() {
        return shedding != null && shedding > MOSTLY;
    }

    /** Whether it closed each new connection in the time that was looked at. */
    public boolean refusesAll() {
        return shedding != null && shedding >= 1;
    }

    /** When idle HTTP connections should be closed; {@code null} where that is not worth saying, or not known. */
    public @Nullable Duration idleTimeout() {
        return connections == null || requestRate == null
                ? null
                : IdleTimeouts.of(connections, requestRate).orElse(null);
    }

    /** The same, where it was too long ago that it was looked at. */
    public ProxyFacts withoutShedding() {
        return with(allocated, null, null, null);
    }

    /** The same, where what Envoy has allocated is not of the moment that its memory is of. */
    public ProxyFacts withoutAllocated() {
        return with(null, shedding, pressure, shrinksPerHour);
    }

    private ProxyFacts with(
            @Nullable Bytes allocated,
            @Nullable Double shedding,
            @Nullable Double pressure,
            @Nullable Double shrinksPerHour) {
        return new ProxyFacts(
                version,
                image,
                concurrency,
                nativeSidecar,
                rawTcp,
                allocated,
                heap,
                physical,
                agent,
                connections,
                requestRate,
                clusters,
                shedding,
                pressure,
                shrinksPerHour,
                destinations,
                makeup);
    }
}
