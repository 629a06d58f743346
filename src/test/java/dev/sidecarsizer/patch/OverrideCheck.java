package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Profiles.Lineage;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code docs/overload.md} says of an override, worked out once more from the numbers that stand there.
 *
 * @param override as it is written
 * @param limit that the monitor divides by, in bytes
 * @param heap what of it is for Envoy's heap
 */
record OverrideCheck(JsonNode override, double limit, Heap heap) {

    static final double AGENT = 24 << 20;
    static final double FRAGMENTATION = 1.3;
    static final double LEAST_FRAGMENTATION = 1.05;

    /** Thresholds have three digits. */
    private static final double ROUNDED = 0.00051;

    private static final String ACCEPT = "/overload_manager/loadshed_points/0/triggers/0";

    private static final String MONITOR = "/overload_manager/resource_monitors/0/typed_config";

    /** How much of it is in use, what may come to that, and where all requests are refused, in bytes. */
    record Heap(double inUse, double room, double budget) {

        /** Empty where nothing is known of what is used. */
        static Optional<Heap> of(Bytes limit, GeneratedPod one) {
            Lineage known = one.lineage();
            return Optional.ofNullable(known.live())
                    .or(() -> Optional.ofNullable(known.peak()))
                    .map(live -> {
                        double charged = Math.max(AGENT, (double) live.value());
                        double inUse = inUse(charged, known, one.release());
                        double left = Math.max(0, limit.value() - charged);
                        return new Heap(inUse, left / FRAGMENTATION, most((double) limit.value()));
                    });
        }

        private static double inUse(double charged, Lineage known, @Nullable Integer release) {
            double most = most(charged);
            if (release == null || release < 29) {
                return most;
            }
            Bytes told = known.live() == null ? null : known.allocated();
            return told == null
                    ? (charged - (20 << 20)) / 1.1
                    : Math.clamp((double) told.value(), (charged - AGENT) / FRAGMENTATION, most);
        }

        private static double most(double charged) {
            return (charged - (10 << 20)) / LEAST_FRAGMENTATION;
        }

        double full() {
            return inUse + room;
        }

        boolean serves() {
            return full() >= AGENT && inUse < 0.90 * full();
        }
    }

    /**
     * An override for a limit.
     *
     * @param staysSo whether nobody resizes the proxy in place, or another limit may bind than its own
     */
    static OverrideCheck of(JsonNode override, Bytes limit, boolean staysSo, GeneratedPod one) {
        Integer release = one.release();
        boolean follows = release != null && release >= 31 && !staysSo && showsLimit(one);
        Set<String> fields = new TreeSet<>(Set.of("overload_manager", "stats_config"));
        if (release != null && release >= 30) {
            fields.add("memory_allocator_manager");
        }
        if (follows) {
            fields.add("layered_runtime");
        }
        assertThat(override.propertyNames()).containsExactlyInAnyOrderElementsOf(fields);
        assertThat(override.at(MONITOR).propertyNames())
                .containsExactlyInAnyOrder("@type", follows ? "max_heap_size_bytes_runtime" : "max_heap_size_bytes");

        assertThat(override.at(MONITOR
                                + (follows ? "/max_heap_size_bytes_runtime/default_value" : "/max_heap_size_bytes"))
                        .asLong())
                .isEqualTo(limit.value());
        return new OverrideCheck(override, limit.value(), Heap.of(limit, one).orElseThrow());
    }

    /** Not in a volume that is there from a time when the proxy was older. */
    private static boolean showsLimit(GeneratedPod one) {
        String volumes = one.pod().tree().at("/spec/volumes").toString();
        return !volumes.contains("sidecar-sizer-bootstrap") || volumes.contains("limits.memory");
    }

    /** What is given back first comes first, and all of it between what is live and the budget. */
    void actsInOrder() {
        ObjectNode triggers = JsonMapper.shared().createObjectNode();
        override.at("/overload_manager/actions")
                .forEach(action -> triggers.set(
                        action.path("name").asString().replace("envoy.overload_actions.", ""),
                        action.at("/triggers/0")));
        assertThat(triggers).hasSize(5);
        assertThat(override.findParents("timer").stream()
                        .map(timer -> timer.path("timer").asString()
                                + timer.path("min_timeout").asString("")))
                .containsExactly("HTTP_DOWNSTREAM_CONNECTION_IDLE15s", "HTTP_DOWNSTREAM_STREAM_IDLE15s");
        triggers.set("tcp_listener_accept", override.at(ACCEPT));
        assertThat(triggers.at("/reset_high_memory_stream/scaled/saturation_threshold")
                        .asDouble())
                .isLessThan(triggers.at("/stop_accepting_requests/scaled/scaling_threshold")
                        .asDouble());
        assertThat(Stream.of(
                                "shrink_heap/threshold/value",
                                "reset_high_memory_stream/scaled/scaling_threshold",
                                "reduce_timeouts/scaled/scaling_threshold",
                                "reduce_timeouts/scaled/saturation_threshold",
                                "tcp_listener_accept/threshold/value",
                                "stop_accepting_requests/scaled/scaling_threshold",
                                "disable_http_keepalive/threshold/value",
                                "stop_accepting_requests/scaled/saturation_threshold")
                        .map(path -> triggers.at("/" + path).asDouble()))
                .isSorted()
                .allMatch(threshold -> threshold * limit > heap.inUse() && threshold < 1);
        triggers.findValues("scaled")
                .forEach(scaled -> assertThat(scaled.path("scaling_threshold").asDouble())
                        .isLessThan(scaled.path("saturation_threshold").asDouble()));
        assertThat(triggers.at("/stop_accepting_requests/scaled/saturation_threshold")
                                .asDouble()
                        * limit)
                .isCloseTo(heap.budget(), within(ROUNDED * limit));
    }

    /**
     * Connections from 0.60 of the room on, or from the known peak, as far as that is below 0.85; requests from a quarter of what
     * of the room is above, and connections end at seven eighths of what is between that and the budget.
     */
    void refusesNobodyBelow(@Nullable Bytes peak) {
        double needed = peak == null ? 0 : Math.max(0, peak.value() - (10 << 20)) / LEAST_FRAGMENTATION;
        double closes = Math.clamp(needed, heap.inUse() + 0.60 * heap.room(), heap.inUse() + 0.85 * heap.room());
        double refuses = closes + 0.25 * (heap.full() - closes);
        assertThat(override.at(ACCEPT + "/threshold/value").asDouble() * limit)
                .isCloseTo(closes, within(ROUNDED * limit));
        assertThat(at("stop_accepting_requests", "/scaled/scaling_threshold"))
                .isCloseTo(refuses, within(ROUNDED * limit));
        assertThat(at("disable_http_keepalive", "/threshold/value"))
                .as("of two that are rounded")
                .isCloseTo(refuses + 0.875 * (heap.budget() - refuses), within(2 * ROUNDED * limit));
    }

    /** A threshold of an action, in bytes. */
    private double at(String action, String threshold) {
        return limit * Triggers.of(override, action).at(threshold).asDouble();
    }

    /** Live bytes, soft limit, budget: an allocator kept below what is live would work for nothing. */
    void limitsTheAllocator() {
        JsonNode soft = override.at("/memory_allocator_manager/soft_memory_limit_bytes");
        if (!soft.isMissingNode()) {
            assertThat(soft.asDouble()).isBetween(heap.inUse(), 0.90 * heap.full());
        }
    }
}
