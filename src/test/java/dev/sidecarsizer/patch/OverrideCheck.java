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
 * @param whole what the monitor divides by, in bytes
 * @param budget for the heap, in bytes
 * @param inUse live bytes of it
 */
record OverrideCheck(JsonNode override, double whole, double budget, double inUse) {

    static final double AGENT = 24 << 20;
    static final double FRAGMENTATION = 1.3;

    /** Thresholds have three digits. */
    private static final double ROUNDED = 0.00051;

    private static final String ACCEPT = "/overload_manager/loadshed_points/0/triggers/0";

    private static final String MONITOR = "/overload_manager/resource_monitors/0/typed_config";

    /** The heap budget, and how much of it is in use, in bytes. */
    record Heap(double budget, double inUse) {

        /** Empty where nothing is known of what is used. */
        static Optional<Heap> of(Bytes limit, GeneratedPod one) {
            Lineage known = one.lineage();
            return Optional.ofNullable(known.live())
                    .or(() -> Optional.ofNullable(known.peak()))
                    .map(live -> {
                        double charged = Math.max(AGENT, (double) live.value());
                        double inUse = inUse(charged, known, one.release());
                        return new Heap(inUse + Math.max(0, limit.value() - charged) / FRAGMENTATION, inUse);
                    });
        }

        private static double inUse(double charged, Lineage known, @Nullable Integer release) {
            double most = (charged - (10 << 20)) / 1.05;
            if (release == null || release < 29) {
                return most;
            }
            Bytes told = known.live() == null ? null : known.allocated();
            return told == null
                    ? (charged - (20 << 20)) / 1.1
                    : Math.clamp((double) told.value(), (charged - AGENT) / FRAGMENTATION, most);
        }

        boolean serves() {
            return budget >= AGENT && inUse < 0.90 * budget;
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

        Heap heap = Heap.of(limit, one).orElseThrow();
        double whole = override.at(
                        MONITOR + (follows ? "/max_heap_size_bytes_runtime/default_value" : "/max_heap_size_bytes"))
                .asDouble();
        assertThat(whole).isCloseTo(follows ? limit.value() : heap.budget(), within(2 + heap.budget() / 1e12));
        return new OverrideCheck(override, whole, heap.budget(), heap.inUse());
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
                .allMatch(threshold -> threshold * whole > inUse && threshold <= 1);
        triggers.findValues("scaled")
                .forEach(scaled -> assertThat(scaled.path("scaling_threshold").asDouble())
                        .isLessThan(scaled.path("saturation_threshold").asDouble()));
        assertThat(triggers.at("/stop_accepting_requests/scaled/saturation_threshold")
                                .asDouble()
                        * whole)
                .isCloseTo(budget, within(ROUNDED * whole));
    }

    /**
     * Connections from 0.60 of the room on, or from the known peak, as far as that is below 0.85; requests from a quarter of what
     * is above, and connections end at seven eighths of it.
     */
    void refusesNobodyBelow(@Nullable Bytes peak) {
        double room = budget - inUse;
        double needed = peak == null ? 0 : Math.max(0, peak.value() - (10 << 20)) / 1.05;
        double closes = Math.clamp(needed, inUse + 0.60 * room, inUse + 0.85 * room);
        assertThat(override.at(ACCEPT + "/threshold/value").asDouble() * whole)
                .isCloseTo(closes, within(ROUNDED * whole));
        assertThat(at("stop_accepting_requests", "/scaled/scaling_threshold"))
                .isCloseTo(closes + 0.25 * (budget - closes), within(ROUNDED * whole));
        assertThat(at("disable_http_keepalive", "/threshold/value"))
                .isCloseTo(closes + 0.875 * (budget - closes), within(ROUNDED * whole));
    }

    /** A threshold of an action, in bytes. */
    private double at(String action, String threshold) {
        return whole * Triggers.of(override, action).at(threshold).asDouble();
    }

    /** Live bytes, soft limit, budget: an allocator kept below what is live would work for nothing. */
    void limitsTheAllocator() {
        JsonNode soft = override.at("/memory_allocator_manager/soft_memory_limit_bytes");
        if (!soft.isMissingNode()) {
            assertThat(soft.asDouble()).isBetween(inUse, 0.90 * budget);
        }
    }
}
