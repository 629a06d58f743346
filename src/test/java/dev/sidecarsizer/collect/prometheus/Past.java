package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.profile.history.PodWindow;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Samples of the past, as OpenMetrics text for Prometheus, and what windows they make by plain counting. */
final class Past {

    private final StringBuilder text = new StringBuilder();
    private final List<Sample> samples = new ArrayList<>();

    private record Sample(PodName pod, Instant at, long value) {}

    /** Working set of a pod's proxy. */
    Past memory(PodName pod, String moreLabels, Instant at, long value) {
        samples.add(new Sample(pod, at, value));
        return series("container_memory_working_set_bytes", pod, "container=\"istio-proxy\"" + moreLabels, at, value);
    }

    Past series(String name, PodName pod, String labels, Instant at, long value) {
        return any(name, "namespace=\"" + pod.namespace() + "\",pod=\"" + pod.name() + "\"," + labels, at, value);
    }

    Past any(String name, String labels, Instant at, long value) {
        text.append(name).append('{').append(labels).append("} ");
        text.append(value).append(' ').append(BigDecimal.valueOf(at.toEpochMilli(), 3));
        text.append('\n');
        return this;
    }

    String openMetrics() {
        return text + "# EOF\n";
    }

    /** The window that ends at {@code end} and does not hold its own beginning. */
    Optional<PodWindow> window(PodName pod, Instant end, Duration length) {
        List<Long> values = samples.stream()
                .filter(sample -> sample.pod.equals(pod))
                .filter(sample -> sample.at.isAfter(end.minus(length)) && !sample.at.isAfter(end))
                .map(Sample::value)
                .toList();
        if (values.isEmpty()) {
            return Optional.empty();
        }
        long peak = values.stream().mapToLong(Long::longValue).max().orElseThrow();
        double mean = values.stream().mapToLong(Long::longValue).average().orElseThrow();
        return Optional.of(
                new PodWindow(pod, end, length, new Bytes(peak), new Bytes(Math.round(mean)), values.size()));
    }
}
