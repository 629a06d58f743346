package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import dev.sidecarsizer.mesh.PodName;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The two ways in which Prometheus is asked. */
final class Api {

    private final Transport transport;
    private final String matchers;

    Api(Transport transport, String matchers) {
        this.transport = transport;
        this.matchers = matchers.strip().replaceFirst(",$", "");
    }

    /** The value of each series at one instant. */
    <S extends Series> S instant(String query, Instant at, Supplier<S> fresh) {
        return transport.ask("query", Map.of("query", query, "time", seconds(at)), fresh);
    }

    /** The values of each series at {@code from}, and each step later, until {@code until}. */
    <S extends Series> S range(String query, Instant from, Instant until, Duration step, Supplier<S> fresh) {
        Map<String, String> parameters =
                Map.of("query", query, "start", seconds(from), "end", seconds(until), "step", step.toMillis() + "ms");
        return transport.ask("query_range", parameters, fresh);
    }

    /**
     * A selector with the installation's matchers in it, and some more.
     *
     * @param more further matchers; empty for none
     */
    String fill(String selector, String more) {
        String all = matchers.isEmpty() || more.isEmpty() ? matchers + more : matchers + "," + more;
        return selector.replace(Queries.MATCHERS, all);
    }

    /** The pod that a series is of; empty where its labels name none. */
    static Optional<PodName> pod(Map<String, String> labels) {
        String namespace = labels.getOrDefault("namespace", "");
        String pod = labels.getOrDefault("pod", "");
        return namespace.isEmpty() || pod.isEmpty() ? Optional.empty() : Optional.of(new PodName(namespace, pod));
    }

    /** One number a pod: the last point of each series. */
    static final class ByPod implements Series {

        final Map<PodName, Double> values = new HashMap<>();
        private final PodNames names;

        ByPod(PodNames names) {
            this.names = names;
        }

        @Override
        public void take(Map<String, String> labels, List<AnswerReader.Point> points) {
            if (!points.isEmpty()) {
                double last = points.get(points.size() - 1).value();
                pod(labels).ifPresent(pod -> values.put(names.one(pod), last));
            }
        }
    }

    private static String seconds(Instant at) {
        return BigDecimal.valueOf(at.toEpochMilli(), 3).toPlainString();
    }
}
