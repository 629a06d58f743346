package dev.sidecarsizer.advice;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a DestinationRule lets connections cost. A port's own policy has nothing of the rule's, and a subset's own pool nothing of
 * the rule's pool: each such place is looked at, and filled, by itself.
 *
 * @param connections at most, of one proxy to one service
 * @param idle after which an unused one is closed
 * @see <a href="https://istio.io/latest/docs/reference/config/networking/destination-rule/">DestinationRule</a>
 */
record Bounds(long connections, Duration idle) {

    static final String KIND = "DestinationRule";
    static final String POLICY = "trafficPolicy";
    static final String OUTLIERS = "outlierDetection";
    private static final String POOL = "connectionPool";
    private static final String PORTS = "portLevelSettings";
    static final String MOST = "maxConnections";
    private static final String IDLE = "idleTimeout";

    /** Words for what it does not have: {@code maxConnections}, {@code idleTimeout}, {@code outlierDetection}. */
    static Set<String> lacking(JsonNode spec) {
        Set<String> lacks = new LinkedHashSet<>();
        Stream.concat(
                        Stream.concat(Stream.of(spec.path(POLICY)), ports(spec.path(POLICY))),
                        subsets(spec)
                                .flatMap(policy ->
                                        Stream.concat(Stream.of(policy).filter(one -> one.has(POOL)), ports(policy))))
                .map(policy -> policy.path(POOL))
                .forEach(pool -> {
                    if (!pool.path("tcp").has(MOST)) {
                        lacks.add(MOST);
                    }
                    if (!pool.path("http").has(IDLE)) {
                        lacks.add(IDLE);
                    }
                });
        if (Stream.concat(Stream.of(spec.path(POLICY)), ports(spec.path(POLICY)))
                .anyMatch(policy -> !policy.has(OUTLIERS))) {
            lacks.add(OUTLIERS);
        }
        return lacks;
    }

    /** Adds what it lacks to a rule's {@code spec}; what it has stays. */
    void complete(ObjectNode spec) {
        ObjectNode policy = spec.withObject(POLICY);
        fill(policy);
        ports(policy).forEach(this::fill);
        subsets(spec).forEach(subset -> {
            if (subset.has(POOL)) {
                fill(subset);
            }
            ports(subset).forEach(this::fill);
        });
    }

    private void fill(JsonNode policy) {
        if (policy instanceof ObjectNode filled) {
            ObjectNode pool = filled.withObject(POOL);
            pool.withObject("tcp").putIfAbsent(MOST, pool.numberNode((int) Math.min(Integer.MAX_VALUE, connections)));
            pool.withObject("http").putIfAbsent(IDLE, pool.stringNode(idle.toSeconds() + "s"));
        }
    }

    private static Stream<JsonNode> ports(JsonNode policy) {
        return policy.path(PORTS).valueStream();
    }

    private static Stream<JsonNode> subsets(JsonNode spec) {
        return spec.path("subsets").valueStream().map(subset -> subset.path(POLICY));
    }
}
