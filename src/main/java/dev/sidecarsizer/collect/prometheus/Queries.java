package dev.sidecarsizer.collect.prometheus;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The series that are asked for, each as a selector of PromQL whose series carry {@code namespace} and {@code pod}. We
 * put the functions and sums around it. {@value #MATCHERS} in its braces is where {@code matchers} and our own
 * conditions go.
 *
 * <p>The defaults fit kube-prometheus-stack (cAdvisor, kube-state-metrics) and Istio's merged metrics as Istio's own
 * PodMonitor scrapes them.
 *
 * @param workingSet memory that the kernel counts against the limit, less what it can drop at once (cAdvisor)
 * @param podOwners controllers of pods (kube-state-metrics)
 * @param replicaSetOwners controllers of ReplicaSets (kube-state-metrics)
 * @param oomKilled 1 while a container's last end was an OOM kill (kube-state-metrics)
 * @param terminatedAt when a container ended last, in seconds (kube-state-metrics 2.10 or later)
 * @param restarts restarts of a container (kube-state-metrics)
 * @param limits memory limits of containers (kube-state-metrics)
 * @param allocated bytes in use by Envoy
 * @param heap bytes that its allocator has reserved
 * @param physical its bytes in physical memory, as its allocator counts
 * @param agent resident memory of pilot-agent
 * @param connections open connections; all that match are added
 * @param clusters clusters in Envoy's configuration
 * @param shedding per cent of new connections that Envoy closes for want of memory; our override has it refuse requests a little
 *     later
 * @param pressure per cent of its memory limit that Envoy has allocated
 * @param shrinks how often Envoy shrank its heap
 * @param concurrency Envoy's worker threads
 * @param build a series with the proxy's version as label {@code tag}
 * @param requests requests by destination, with {@code reporter}, {@code destination_service}, {@code
 *     destination_service_name} and {@code destination_service_namespace}
 * @param tcpOpened raw TCP connections, with the same labels
 * @param wasm virtual machines of Wasm plugins; all that match are added
 * @param lua a series where a Lua filter is there
 * @param pushes how often istiod sent all clusters
 * @param series how many series the proxy exposes
 */
public record Queries(
        String workingSet,
        String podOwners,
        String replicaSetOwners,
        String oomKilled,
        String terminatedAt,
        String restarts,
        String limits,
        String allocated,
        String heap,
        String physical,
        String agent,
        String connections,
        String clusters,
        String shedding,
        String pressure,
        String shrinks,
        String concurrency,
        String build,
        String requests,
        String tcpOpened,
        String wasm,
        String lua,
        String pushes,
        String series) {

    /** Stands in each selector for further matchers, after a comma where others come before it. */
    public static final String MATCHERS = "$matchers";

    /** For kube-prometheus-stack, and Istio's merged metrics. */
    public static final Queries DEFAULT = new Queries(
            "container_memory_working_set_bytes{container=\"istio-proxy\",$matchers}",
            "kube_pod_owner{owner_is_controller=\"true\",$matchers}",
            "kube_replicaset_owner{owner_is_controller=\"true\",$matchers}",
            "{__name__=~\"kube_pod_(init_)?container_status_last_terminated_reason\","
                    + "reason=\"OOMKilled\",container=\"istio-proxy\",$matchers}",
            "{__name__=~\"kube_pod_(init_)?container_status_last_terminated_timestamp\","
                    + "container=\"istio-proxy\",$matchers}",
            "{__name__=~\"kube_pod_(init_)?container_status_restarts_total\",container=\"istio-proxy\",$matchers}",
            "{__name__=~\"kube_pod_(init_)?container_resource_limits\","
                    + "resource=\"memory\",container=\"istio-proxy\",$matchers}",
            "envoy_server_memory_allocated{$matchers}",
            "envoy_server_memory_heap_size{$matchers}",
            "envoy_server_memory_physical_size{$matchers}",
            "istio_agent_process_resident_memory_bytes{$matchers}",
            "{__name__=~\"envoy_server_total_connections|envoy_cluster_upstream_cx_active\",$matchers}",
            "envoy_cluster_manager_active_clusters{$matchers}",
            "envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent{$matchers}",
            "envoy_overload_envoy_resource_monitors_fixed_heap_pressure{$matchers}",
            "envoy_overload_envoy_overload_actions_shrink_heap_shrink_count{$matchers}",
            "envoy_server_concurrency{$matchers}",
            "istio_build{component=\"proxy\",$matchers}",
            "istio_requests_total{$matchers}",
            "istio_tcp_connections_opened_total{$matchers}",
            "{__name__=~\"envoy_wasm_.*_active\",__name__!~\".*_null_.*\",$matchers}",
            "{__name__=~\"envoy_http_(.+_)?lua_errors\",$matchers}",
            "envoy_cluster_manager_cds_update_success{$matchers}",
            "scrape_samples_scraped{$matchers}");

    /**
     * These, with others in the place of some.
     *
     * @param others selectors by their names as properties
     * @throws IllegalArgumentException where a name is none
     */
    public Queries with(Map<String, String> others) {
        Set<String> names = named().stream().map(Named::name).collect(Collectors.toCollection(TreeSet::new));
        others.keySet().stream()
                .filter(name -> !names.contains(name))
                .findFirst()
                .ifPresent(unknown -> {
                    throw new IllegalArgumentException(PrometheusSettings.PREFIX + "queries." + unknown
                            + ": must be one of " + String.join(", ", names));
                });
        return new Queries(
                others.getOrDefault("working-set", workingSet),
                others.getOrDefault("pod-owners", podOwners),
                others.getOrDefault("replica-set-owners", replicaSetOwners),
                others.getOrDefault("oom-killed", oomKilled),
                others.getOrDefault("terminated-at", terminatedAt),
                others.getOrDefault("restarts", restarts),
                others.getOrDefault("limits", limits),
                others.getOrDefault("allocated", allocated),
                others.getOrDefault("heap", heap),
                others.getOrDefault("physical", physical),
                others.getOrDefault("agent", agent),
                others.getOrDefault("connections", connections),
                others.getOrDefault("clusters", clusters),
                others.getOrDefault("shedding", shedding),
                others.getOrDefault("pressure", pressure),
                others.getOrDefault("shrinks", shrinks),
                others.getOrDefault("concurrency", concurrency),
                others.getOrDefault("build", build),
                others.getOrDefault("requests", requests),
                others.getOrDefault("tcp-opened", tcpOpened),
                others.getOrDefault("wasm", wasm),
                others.getOrDefault("lua", lua),
                others.getOrDefault("pushes", pushes),
                others.getOrDefault("series", series));
    }

    /** All of them, under the names that they have as properties. */
    List<Named> named() {
        return List.of(
                expected("working-set", workingSet, "nothing can be learnt"),
                expected("pod-owners", podOwners, "pods that are gone teach nothing: their workload is not known"),
                expected("replica-set-owners", replicaSetOwners, "Deployments are told by the names of ReplicaSets"),
                expected("restarts", restarts, "OOM kills from before our time are not known"),
                expected("terminated-at", terminatedAt, "OOM kills from before our time are dated to the minute only"),
                expected("limits", limits, "at which limit an OOM kill happened is not known"),
                expected(
                        "allocated",
                        allocated,
                        "no finding can tell what Envoy uses from what it keeps, and heap budgets go by a guess of that"),
                expected("heap", heap, "no finding can tell what Envoy's allocator keeps"),
                expected("physical", physical, "no finding can tell what Envoy's allocator keeps resident"),
                expected("agent", agent, "the agent's memory is not told apart from Envoy's"),
                expected("connections", connections, "no finding on connections, and no idle timeout by use"),
                expected("clusters", clusters, "no finding on the size of the configuration"),
                expected("concurrency", concurrency, "worker threads are known of live pods only"),
                expected("build", build, "the version is known of live pods only"),
                expected(
                        "requests",
                        requests,
                        "no Sidecar can be proposed, no idle timeout by use, and raw TCP cannot be ruled out"),
                new Named("tcp-opened", tcpOpened, true, "none: a mesh may have no raw TCP"),
                new Named("wasm", wasm, true, "none: there may be no plugin"),
                new Named("lua", lua, true, "none: Istio does not export it by default"),
                expected("pushes", pushes, "no finding on how often the configuration changes"),
                expected("series", series, "no finding on the number of statistics"),
                new Named("shedding", shedding, true, "none: no proxy may have an overload manager yet"),
                new Named("pressure", pressure, true, "none: no proxy may have an overload manager yet"),
                new Named("shrinks", shrinks, true, "none: no proxy may have an overload manager yet"),
                new Named("oom-killed", oomKilled, true, "none: there may have been no OOM kill"));
    }

    private static Named expected(String name, String selector, String cost) {
        return new Named(name, selector, false, cost);
    }

    /**
     * One of them.
     *
     * @param name as a property: {@code working-set}
     * @param mayBeAbsent whether it is no fault that there is no such series
     * @param cost what is lost without it
     */
    record Named(String name, String selector, boolean mayBeAbsent, String cost) {}
}
