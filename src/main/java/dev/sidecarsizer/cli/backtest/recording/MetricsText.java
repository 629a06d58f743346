package dev.sidecarsizer.cli.backtest.recording;

import dev.sidecarsizer.collect.openmetrics.OpenMetrics;
import dev.sidecarsizer.collect.openmetrics.OpenMetrics.Format;
import dev.sidecarsizer.collect.openmetrics.OpenMetricsFault;
import dev.sidecarsizer.collect.prometheus.Controller;
import dev.sidecarsizer.mesh.PodName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Samples in OpenMetrics or in Prometheus' text format: the working set of proxies, and who controls their pods. All
 * other series are passed over.
 *
 * <p>A file's name does not tell its format, and what dumps a database writes either: {@code promtool tsdb
 * dump-openmetrics} seconds and {@code promtool tsdb dump} milliseconds. So the first timestamp tells.
 */
final class MetricsText implements OpenMetrics.Samples {

    private static final int LOOKED_AT = 1 << 16;

    /** As seconds this is the year 5138, as milliseconds 1973. */
    private static final long FIRST_MILLISECONDS = 100_000_000_000L;

    private final Timestamps.Form form;
    private final Reading into;
    private boolean known;

    private MetricsText(Timestamps.Form form, Reading into) {
        this.form = form;
        this.into = into;
    }

    /**
     * Reads to the end.
     *
     * @throws IOException where it cannot be read, has a line that is no sample, or nothing of what is looked for
     */
    static void read(InputStream file, Reading into) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8), LOOKED_AT);
        Format format = format(reader);
        MetricsText samples = new MetricsText(
                format == Format.OPENMETRICS ? Timestamps.Form.SECONDS : Timestamps.Form.MILLISECONDS, into);
        try {
            OpenMetrics.read(reader, format, samples);
        } catch (OpenMetricsFault e) {
            throw new IOException(e.getMessage(), e);
        }
        if (!samples.known) {
            throw new IOException("it has no container_memory_working_set_bytes of a container istio-proxy");
        }
    }

    private static Format format(BufferedReader reader) throws IOException {
        reader.mark(LOOKED_AT);
        char[] head = new char[LOOKED_AT];
        int length = 0;
        for (int more = 0; more >= 0 && length < head.length; more = reader.read(head, length, head.length - length)) {
            length += more;
        }
        reader.reset();
        AtomicLong first = new AtomicLong(Long.MAX_VALUE);
        try {
            OpenMetrics.read(
                    new StringReader(new String(head, 0, length)),
                    Format.OPENMETRICS,
                    (name, labels, value, millis) ->
                            millis.ifPresent(time -> first.compareAndSet(Long.MAX_VALUE, Math.abs(time / 1000))));
        } catch (OpenMetricsFault e) {
            // it is cut off, so it may well have one: what came before is enough
        }
        return first.get() < FIRST_MILLISECONDS ? Format.OPENMETRICS : Format.TEXT;
    }

    @Override
    public void take(String name, Map<String, String> labels, double value, OptionalLong millis) {
        switch (name) {
            case "container_memory_working_set_bytes" -> {
                if ("istio-proxy".equals(labels.get("container"))) {
                    known = true;
                    into.sample(form, millis, workload(labels), named("pod", labels), value);
                }
            }
            case "kube_pod_owner" -> {
                if (isController(labels)) {
                    known = true;
                    into.controllers().pod(named("pod", labels), Controller.of(labels));
                }
            }
            case "kube_replicaset_owner" -> {
                if (isController(labels)) {
                    known = true;
                    into.controllers().replicaSet(named("replicaset", labels), Controller.of(labels));
                }
            }
            default -> {
                // of no use here
            }
        }
    }

    /** Either whole, or a name beside which the namespace and perhaps the kind stand. */
    private static Optional<String> workload(Map<String, String> labels) {
        return Optional.ofNullable(labels.get("workload"))
                .filter(name -> !name.isEmpty())
                .map(name -> name.contains("/")
                        ? name
                        : labels.getOrDefault("namespace", "") + "/"
                                + labels.getOrDefault("workload_type", Workloads.ANY_KIND) + "/" + name);
    }

    private static PodName named(String label, Map<String, String> labels) {
        return new PodName(labels.getOrDefault("namespace", ""), labels.getOrDefault(label, ""));
    }

    private static boolean isController(Map<String, String> labels) {
        return !"false".equals(labels.get("owner_is_controller"));
    }
}
