package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bootstrap override that keeps Envoy inside its container: an overload manager on a heap budget, and from Istio
 * 1.30 an allocator that gives memory back.
 *
 * <p>The container holds pilot-agent beside Envoy, and the kernel counts pages while {@code fixed_heap} counts allocated
 * bytes; so
 *
 * <pre>max_heap = (limit − {@link #AGENT}) ÷ {@value #FRAGMENTATION}</pre>
 *
 * With a cgroup of 200 MiB, no agent in it, and 400 clients that ask for large bodies and do not read them, budgets of
 * 130 and 150 MiB survived every time and 170 MiB did not; this formula gives 133 MiB there.
 *
 * <p>The allocator's soft limit lies between the live bytes and the budget: live &lt; soft limit &lt; max_heap &lt; limit.
 *
 * <p>pilot-agent hands the override to Envoy as {@code --config-yaml}, which is merged by protobuf's {@code MergeFrom}:
 * repeated fields append, so Istio's own monitor ({@code global_downstream_max_connections}, from 1.28) is never
 * repeated. A monitor or action that Envoy does not know stops it, so older proxies get nothing.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/overload_manager/overload_manager">
 *     Envoy's overload manager</a>
 */
final class OverloadBootstrap {

    /** pilot-agent's resident memory, measured at 30 to 50 MB. */
    static final Bytes AGENT = Bytes.mebi(40);

    /** Resident over allocated bytes that a budget leaves room for. */
    static final double FRAGMENTATION = 1.2;

    /** A smaller budget would refuse traffic for ever: an Envoy with an ordinary configuration holds as much. */
    static final Bytes LEAST_HEAP = Bytes.mebi(24);

    private static final String HEAP = "envoy.resource_monitors.fixed_heap";
    private static final double SHRINK = 0.80;
    private static final double REDUCE = 0.85;
    private static final double STOP_REQUESTS = 0.95;
    private static final double STOP_CONNECTIONS = 0.98;
    /** Streams that hold less than 2^20 bytes are never reset. */
    private static final int SMALLEST_STREAM = 20;

    private static final JsonMapper JSON = JsonMapper.shared();

    private OverloadBootstrap() {}

    /** Whether Envoys of that version can be proven to start with an override of ours. */
    static boolean supports(Optional<ProxyVersion> version) {
        return version.map(known -> known.isAtLeast(1, 28)).orElse(true);
    }

    /**
     * The heap budget for a container limit.
     *
     * @param live working set of live proxies, agent included; {@code null} where not known
     * @return empty where the limit leaves no budget in which traffic is served without being shed
     */
    static Optional<Bytes> heap(Bytes limit, @Nullable Bytes live) {
        Bytes heap = allocated(limit);
        boolean serves = !heap.isLess(LEAST_HEAP) && inUse(live).isLess(shedAt(heap));
        return Optional.of(heap).filter(ignored -> serves);
    }

    /**
     * The override as compact JSON.
     *
     * @param heap the budget, from {@link #heap}
     * @param live what live proxies use, agent included; {@code null} where not known
     * @param version of the proxy; where unknown, only what every supported Envoy accepts is written
     */
    static String json(Bytes heap, @Nullable Bytes live, Optional<ProxyVersion> version) {
        ObjectNode bootstrap = JSON.createObjectNode();
        overloadManager(bootstrap.putObject("overload_manager"), heap);
        if (version.filter(known -> known.isAtLeast(1, 30)).isPresent()) {
            bootstrap
                    .putObject("memory_allocator_manager")
                    .put("soft_memory_limit_bytes", softLimit(heap, live).value());
        }
        // Istio exports no overload statistics by itself; its inclusion list is a repeated field, so this appends.
        bootstrap
                .putObject("stats_config")
                .putObject("stats_matcher")
                .putObject("inclusion_list")
                .putArray("patterns")
                .addObject()
                .put("prefix", "overload");
        return JSON.writeValueAsString(bootstrap);
    }

    /** Half the budget, more where live bytes need it: an allocator kept below live bytes would work for nothing. */
    private static Bytes softLimit(Bytes heap, @Nullable Bytes live) {
        return inUse(live).times(1.25).atLeast(new Bytes(heap.value() / 2)).atMost(shedAt(heap));
    }

    private static Bytes inUse(@Nullable Bytes live) {
        return live == null ? Bytes.ZERO : allocated(live);
    }

    /** What Envoy has allocated where the container's pages are so many. */
    private static Bytes allocated(Bytes container) {
        return new Bytes((long) (container.minus(AGENT).value() / FRAGMENTATION));
    }

    /** Above it traffic feels the overload manager; giving memory back below it is felt by nobody. */
    private static Bytes shedAt(Bytes heap) {
        return new Bytes((long) (heap.value() * REDUCE));
    }

    private static void overloadManager(ObjectNode manager, Bytes heap) {
        manager.put("refresh_interval", "0.25s");
        ObjectNode monitor = manager.putArray("resource_monitors").addObject().put("name", HEAP);
        monitor.putObject("typed_config")
                .put("@type", "type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig")
                .put("max_heap_size_bytes", heap.value());
        ArrayNode actions = manager.putArray("actions");
        threshold(action(actions, "shrink_heap"), SHRINK);
        ObjectNode reduceTimeouts = action(actions, "reduce_timeouts");
        scaled(reduceTimeouts, REDUCE, STOP_REQUESTS);
        reduceTimeouts
                .putObject("typed_config")
                .put("@type", "type.googleapis.com/envoy.config.overload.v3.ScaleTimersOverloadActionConfig")
                .putArray("timer_scale_factors")
                .addObject()
                .put("timer", "HTTP_DOWNSTREAM_CONNECTION_IDLE")
                .putObject("min_scale")
                .put("value", 10);
        threshold(action(actions, "disable_http_keepalive"), REDUCE);
        scaled(action(actions, "reset_high_memory_stream"), REDUCE, STOP_CONNECTIONS);
        threshold(action(actions, "stop_accepting_requests"), STOP_REQUESTS);
        threshold(action(actions, "stop_accepting_connections"), STOP_CONNECTIONS);
        manager.putObject("buffer_factory_config").put("minimum_account_to_track_power_of_two", SMALLEST_STREAM);
    }

    private static ObjectNode action(ArrayNode actions, String name) {
        return actions.addObject().put("name", "envoy.overload_actions." + name);
    }

    private static void threshold(ObjectNode action, double value) {
        trigger(action).putObject("threshold").put("value", value);
    }

    private static void scaled(ObjectNode action, double scaling, double saturation) {
        trigger(action).putObject("scaled").put("scaling_threshold", scaling).put("saturation_threshold", saturation);
    }

    private static ObjectNode trigger(ObjectNode action) {
        return action.putArray("triggers").addObject().put("name", HEAP);
    }
}
