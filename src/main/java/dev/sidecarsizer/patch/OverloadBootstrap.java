package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bootstrap override that keeps Envoy inside its container: an overload manager on a heap budget, and from Istio
 * 1.30 an allocator that gives memory back.
 *
 * <p>The actions begin at shares of the {@link Heap}'s room, which is above the bytes in use: a
 * proxy that holds a large configuration is not thereby near its thresholds. They begin early, because what has been accepted
 * goes on growing: each HTTP/1.1 or TCP connection to a full buffer of 1 MiB, which nothing stops, each HTTP/2 stream to
 * 16 MiB, until it is reset. But what proxies are known to have needed and survived is no overload: connections are closed above
 * that. All terms are measured by {@code bench/memory-lab}; {@code docs/overload.md} has the numbers.
 *
 * <p>New connections are closed by a load shed point. The action {@code reject_incoming_connections} also closes listeners that
 * are exempt, Istio's own for health and metrics, where Envoy starts with more memory in use than its threshold, and never
 * opens them again.
 *
 * <p>{@code fixed_heap} divides by the limit, so thresholds are written as shares of that. From Envoy 1.39 on it can read the limit
 * from a file that the kubelet keeps: the budget then follows the limit of a running container.
 *
 * <p>The allocator's soft limit lies between the bytes in use and the budget: used &lt; soft limit &lt; budget &lt; limit.
 *
 * <p>pilot-agent hands the override to Envoy as {@code --config-yaml}, which is merged by protobuf's {@code MergeFrom}:
 * repeated fields append, so Istio's own monitor ({@code global_downstream_max_connections}, from 1.28) is never
 * repeated. A monitor or action that Envoy does not know stops it, so older proxies get nothing.
 *
 * @see <a href="https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/overload_manager/overload_manager">
 *     Envoy's overload manager</a>
 */
final class OverloadBootstrap {

    private static final String MONITOR = "envoy.resource_monitors.fixed_heap";
    /** Within 0.25 s streams have taken 100 MiB; asking so often costs 0.4 % of a core more. */
    private static final String REFRESH = "0.02s";

    private static final double SHRINK = 0.20;
    /** From here on new connections are closed: those that wait instead are let in all at once as soon as memory allows one. */
    private static final double CLOSE = 0.60;
    /** Where the known peak is higher they are from there on, but not above this: what is accepted goes on growing. */
    private static final double LATEST_CLOSE = 0.85;
    /**
     * When memory comes to the closing of connections, all streams that moved nothing for so long are ended at once, for they
     * hold what others need: half a buffer is what moves, so slower readers than 34 KiB a second are such. Connections without a
     * stream follow once they were drained: an answer that fits into the buffer ends its stream there, however slowly its client
     * takes it. Of both those alone that have a timeout at all.
     */
    private static final String IDLE = "15s";
    /** So much earlier idle timeouts begin to shrink: who is idle goes before anybody is refused. */
    private static final double REDUCE_BEFORE = 0.05;
    /**
     * From this share of what is left of the room above the closing of connections, requests are refused: what was accepted before
     * may grow until there. A share of them, and all not before the most that can be allocated in the limit, where the kernel has
     * ended it: what is live may never go below again, and who answers nobody for good is worse off than who is started anew.
     */
    private static final double REFUSE = 0.25;
    /** Connections that are there are the only ones served above, so they are ended late: where seven requests of eight are refused. */
    private static final double END_CONNECTIONS = 0.875;
    /** What streams add before a reset reaches them: a worker first finishes its turn, of up to 1 MiB a connection. */
    private static final Bytes SURGE = Bytes.mebi(40);
    /** The range in which resets go from the largest streams to all that are large. */
    private static final double RESET_RANGE = 0.20;

    private static final double EARLIEST_RESET = 0.40;
    /** All large streams are reset before any request is refused. */
    private static final double LATEST_RESET = 0.65;
    /** Streams that hold less than 2^18 bytes are never reset. */
    private static final int SMALLEST_STREAM = 18;
    /** What the allocator may keep free above the bytes in use; 16 and 8 MiB left as much charged after a burst. */
    private static final Bytes SPARE = Bytes.mebi(32);

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Whose files are Envoy's runtime: the path of each in it is a key, with dots. */
    private static final String RUNTIME = "runtime";

    /** Shows the limit of the container in bytes, as plain text. */
    static final String LIMIT_FILE = RUNTIME + "/sidecar_sizer/memory_limit";

    private static final String LIMIT_KEY = "sidecar_sizer.memory_limit";

    private OverloadBootstrap() {}

    /** Whether Envoys of that version can be proven to start with an override of ours. */
    static boolean supports(Optional<ProxyVersion> version) {
        return version.map(known -> known.isAtLeast(1, 28)).orElse(true);
    }

    /** Whether the Envoy of that version can read its budget anew; one that cannot would not start. */
    static boolean canFollow(Optional<ProxyVersion> version) {
        return version.filter(known -> known.isAtLeast(1, 31)).isPresent();
    }

    /**
     * The override as compact JSON, for a limit that has a {@link Heap}.
     *
     * @param facts of the proxy; where its version is unknown, only what every supported Envoy accepts is written
     */
    static String json(Bytes limit, KnownProxy facts) {
        ObjectNode bootstrap = JSON.createObjectNode();
        Heap heap = Heap.of(limit, facts).orElseThrow();
        overloadManager(bootstrap.putObject("overload_manager"), heap, facts, limit)
                .put("max_heap_size_bytes", limit.value());
        return withTheRest(bootstrap, heap, facts);
    }

    /**
     * One whose budget stays the share of the limit that it is of {@code limit}, whatever becomes of the limit. That is more
     * than the formula's where the limit shrinks, and about the formula's where it grows.
     *
     * @param root a symbolic link, which is moved when the files below it change: {@value #LIMIT_FILE}. Its folder has to
     *     be there, or Envoy does not start; without the file {@code limit} holds
     */
    static String following(Bytes limit, KnownProxy facts, String root) {
        ObjectNode bootstrap = JSON.createObjectNode();
        Heap heap = Heap.of(limit, facts).orElseThrow();
        overloadManager(bootstrap.putObject("overload_manager"), heap, facts, limit)
                .putObject("max_heap_size_bytes_runtime")
                .put("default_value", limit.value())
                .put("runtime_key", LIMIT_KEY);
        // after Istio's own layers, for this too is a repeated field
        bootstrap
                .putObject("layered_runtime")
                .putArray("layers")
                .addObject()
                .put("name", "sidecar-sizer")
                .putObject("disk_layer")
                .put("symlink_root", root)
                .put("subdirectory", RUNTIME);
        return withTheRest(bootstrap, heap, facts);
    }

    private static String withTheRest(ObjectNode bootstrap, Heap heap, KnownProxy facts) {
        if (facts.version().filter(known -> known.isAtLeast(1, 30)).isPresent()) {
            bootstrap
                    .putObject("memory_allocator_manager")
                    .put("soft_memory_limit_bytes", softLimit(heap).value());
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

    /**
     * Somewhat above the bytes in use. An allocator kept below them would work for nothing; what lies above the limit after a
     * burst is given back.
     */
    private static Bytes softLimit(Heap heap) {
        return heap.used().times(1.25).plus(SPARE).atMost(heap.mostKept());
    }

    /** @return the monitor's configuration, which does not say yet where the limit comes from that it divides by */
    private static ObjectNode overloadManager(ObjectNode manager, Heap heap, KnownProxy facts, Bytes limit) {
        Room room = new Room(heap, limit);
        double allReset = Math.clamp(1 - room.share(SURGE), EARLIEST_RESET, LATEST_RESET);
        double close = Math.clamp(peak(room, facts.peak()), CLOSE, LATEST_CLOSE);
        double refuse = room.above(close + (1 - close) * REFUSE);
        double all = room.of((double) Heap.most(limit).value());
        manager.put("refresh_interval", REFRESH);
        ObjectNode monitor = manager.putArray("resource_monitors").addObject().put("name", MONITOR);
        ObjectNode config = monitor.putObject("typed_config")
                .put("@type", "type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig");
        ArrayNode actions = manager.putArray("actions");
        threshold(action(actions, "shrink_heap"), room.above(SHRINK));
        scaled(action(actions, "reset_high_memory_stream"), room.above(allReset - RESET_RANGE), room.above(allReset));
        ObjectNode reduceTimeouts = action(actions, "reduce_timeouts");
        scaled(reduceTimeouts, room.above(close - REDUCE_BEFORE), room.above(close));
        ArrayNode timers = reduceTimeouts
                .putObject("typed_config")
                .put("@type", "type.googleapis.com/envoy.config.overload.v3.ScaleTimersOverloadActionConfig")
                .putArray("timer_scale_factors");
        for (String timer : List.of("HTTP_DOWNSTREAM_CONNECTION_IDLE", "HTTP_DOWNSTREAM_STREAM_IDLE")) {
            timers.addObject().put("timer", timer).put("min_timeout", IDLE);
        }
        scaled(action(actions, "stop_accepting_requests"), refuse, all);
        threshold(action(actions, "disable_http_keepalive"), rounded(refuse + (all - refuse) * END_CONNECTIONS));
        threshold(
                manager.putArray("loadshed_points")
                        .addObject()
                        .put("name", "envoy.load_shed_points.tcp_listener_accept"),
                room.above(close));
        manager.putObject("buffer_factory_config").put("minimum_account_to_track_power_of_two", SMALLEST_STREAM);
        return config;
    }

    /** What proxies are known to have needed, as a share of the room; none where that is not known. */
    private static double peak(Room room, @Nullable Bytes peak) {
        return peak == null ? 0 : room.share(Heap.most(peak).minus(room.heap().used()));
    }

    /**
     * Where bursts go.
     *
     * @param limit what the monitor divides by
     */
    private record Room(Heap heap, Bytes limit) {

        /** That much of it, where it is all. */
        double share(Bytes some) {
            return (double) some.value() / heap.room().value();
        }

        /** A share of it above what is in use, as one of the limit. */
        double above(double share) {
            return of(heap.used().value() + heap.room().value() * share);
        }

        /** Bytes that are allocated, as a share of the limit. */
        double of(double allocated) {
            return rounded(allocated / limit.value());
        }
    }

    /** To three digits. */
    private static double rounded(double share) {
        return Math.round(1000 * share) / 1000.0;
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
        return action.putArray("triggers").addObject().put("name", MONITOR);
    }
}
