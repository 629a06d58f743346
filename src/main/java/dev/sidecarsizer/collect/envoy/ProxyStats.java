package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.Shared;
import dev.sidecarsizer.collect.openmetrics.OpenMetrics;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Destinations;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import dev.sidecarsizer.profile.ProxyMemory;
import dev.sidecarsizer.profile.ProxyOverload;
import dev.sidecarsizer.profile.ProxyRuntime;
import dev.sidecarsizer.profile.ProxyTraffic;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one proxy's own statistics tell of it. The agent's memory is not among them: port 15090 is Envoy's. Nor is
 * the rate of requests: one look tells of their number alone.
 *
 * <p>Connections are those that Envoy took, inbound and outbound, and those to upstreams where such are exported.
 */
final class ProxyStats implements OpenMetrics.Samples {

    private static final String TAG = "tag";
    /** The longest name of a host in DNS: what is longer is none. */
    private static final int LONGEST_HOST = 253;

    private static final int LONGEST_VERSION = 128;
    /** What Istio calls destinations that it does not know. */
    private static final Set<String> NOBODY = Set.of("", "unknown");

    private static final Set<String> NOWHERE =
            Set.of("unknown", "BlackHoleCluster", "PassthroughCluster", "InboundPassthroughCluster");

    private final TreeSet<String> destinations = new TreeSet<>();
    private @Nullable String version;
    private @Nullable Long concurrency;
    private @Nullable Long allocated;
    private @Nullable Long heap;
    private @Nullable Long physical;
    private @Nullable Long connections;
    private @Nullable Long clusters;
    private @Nullable Double shedding;
    private @Nullable Double pressure;
    private @Nullable Double shrinks;
    private final MakeupStats makeup = new MakeupStats();
    private boolean requests;
    private boolean tcp;

    @Override
    public void take(String name, Map<String, String> labels, double value, OptionalLong millis) {
        if (!(value >= 0 && value < Long.MAX_VALUE)) {
            return;
        }
        long whole = Math.round(value);
        makeup.take(name, labels, value);
        switch (name) {
            case "envoy_server_concurrency" -> concurrency = whole;
            case "envoy_server_memory_allocated" -> allocated = whole;
            case "envoy_server_memory_heap_size" -> heap = whole;
            case "envoy_server_memory_physical_size" -> physical = whole;
            case "envoy_cluster_manager_active_clusters" -> clusters = whole;
            case "envoy_server_total_connections", "envoy_cluster_upstream_cx_active" ->
                connections = (connections == null ? 0 : connections) + whole;
            case "envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent" ->
                shedding = Math.min(value / 100, 1);
            case "envoy_overload_envoy_resource_monitors_fixed_heap_pressure" -> pressure = value / 100;
            case "envoy_overload_envoy_overload_actions_shrink_heap_shrink_count" -> shrinks = value;
            case "istio_build" -> build(labels);
            case "istio_requests_total" -> {
                requests = true;
                destination(labels);
            }
            case "istio_tcp_connections_opened_total" -> {
                tcp = true;
                destination(labels);
            }
            default -> {
                // of the thousand others none is learnt from
            }
        }
    }

    /** The facts of {@code pod}, whose statistics these are. */
    ProxyFacts facts(LivePod pod, Shared shared) {
        return new ProxyFacts(
                new ProxyRuntime(
                        version == null ? null : shared.one(version),
                        pod.image(),
                        concurrency == null || concurrency > Integer.MAX_VALUE
                                ? pod.concurrency()
                                : (Integer) concurrency.intValue(),
                        pod.nativeSidecar()),
                new ProxyMemory(bytes(allocated), bytes(heap), bytes(physical), null),
                new ProxyLoad(connections, null),
                new ProxyTraffic(
                        rawTcp(),
                        shared.one(destinations.stream().map(shared::one).toList())),
                new ProxyOverload(shedding, pressure, makeup.perHour(shrinks)),
                allocated == null ? Makeup.UNKNOWN.withClusters(clusters) : makeup.made(clusters));
    }

    /** What is known of a pod whose statistics were not read. */
    static ProxyFacts unread(LivePod pod) {
        return ProxyFacts.UNKNOWN.with(new ProxyRuntime(null, pod.image(), pod.concurrency(), pod.nativeSidecar()));
    }

    /** That none was seen is only worth saying of a proxy whose telemetry is seen at all. */
    private @Nullable Boolean rawTcp() {
        return tcp ? Boolean.TRUE : requests ? Boolean.FALSE : null;
    }

    private void build(Map<String, String> labels) {
        String tag = labels.getOrDefault(TAG, "");
        if ("proxy".equals(labels.get("component")) && !tag.isEmpty() && tag.length() <= LONGEST_VERSION) {
            version = tag;
        }
    }

    private void destination(Map<String, String> labels) {
        String host = labels.getOrDefault("destination_service", "");
        boolean named = "source".equals(labels.get("reporter"))
                && !NOBODY.contains(host)
                && !NOWHERE.contains(labels.getOrDefault("destination_service_name", ""));
        if (named && host.length() <= LONGEST_HOST) {
            destinations.add(Destinations.name(host, labels.getOrDefault("destination_service_namespace", "")));
            if (destinations.size() > Destinations.MOST) {
                destinations.pollLast();
            }
        }
    }

    private static @Nullable Bytes bytes(@Nullable Long value) {
        return value == null ? null : new Bytes(value);
    }
}
