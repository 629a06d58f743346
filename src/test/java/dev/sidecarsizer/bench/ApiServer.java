package dev.sidecarsizer.bench;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.profile.history.HistoryFault;
import dev.sidecarsizer.profile.history.MeshHistory;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the loop asks of the API server, by its audit log, and of etcd, by its metrics. */
final class ApiServer {

    private static final Pattern EVENT =
            Pattern.compile("\"verb\":\"(\\w+)\".*?\"resource\":\"(\\w+)\".*?\"stageTimestamp\":\"([^\"]+)\"");
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");
    private static final Pattern CLIENTS = Pattern.compile("--listen-client-urls=(\\S+)");

    private final ControlPlane plane;
    private final URI etcd;
    private final double received;
    private final double puts;

    ApiServer(ControlPlane plane) throws IOException, InterruptedException {
        this.plane = plane;
        etcd = URI.create(ProcessHandle.current()
                .descendants()
                .map(process -> process.info().commandLine().orElse(""))
                .map(CLIENTS::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1) + "/metrics")
                .findFirst()
                .orElseThrow());
        received = etcd("etcd_network_client_grpc_received_bytes_total");
        puts = etcd("etcd_mvcc_put_total");
    }

    /** End of the last window that all histories have been kept with. */
    Instant keptThrough() {
        List<GenericKubernetesResource> all = plane.admin()
                .genericKubernetesResources("sidecar-sizer.dev/v1alpha1", "SidecarHistory")
                .inNamespace("sidecar-sizer-system")
                .list()
                .getItems();
        for (GenericKubernetesResource history : all) {
            if (history.get("data") instanceof String data) {
                try {
                    return MeshHistory.decode(data).through();
                } catch (HistoryFault another) {
                    // of a workload in our own namespace, or of that namespace
                }
            }
        }
        return Instant.EPOCH;
    }

    /** Says what was asked from one time to another. */
    void tell(Instant from, Instant until) throws IOException, InterruptedException {
        double seconds = Duration.between(from, until).toMillis() / 1000.0;
        Map<String, Integer> kinds = new TreeMap<>();
        Map<Long, Integer> writes = new TreeMap<>();
        plane.auditLog()
                .lines()
                .filter(line -> line.contains("sidecar-sizer-system:sidecar-sizer"))
                .forEach(line -> {
                    Matcher event = EVENT.matcher(line);
                    if (event.find()) {
                        Instant at = Instant.parse(event.group(3));
                        if (!at.isBefore(from) && at.isBefore(until)) {
                            kinds.merge(event.group(1) + " " + event.group(2), 1, Integer::sum);
                            if (WRITES.contains(event.group(1))
                                    && !event.group(2).equals("leases")) {
                                writes.merge(at.getEpochSecond(), 1, Integer::sum);
                            }
                        }
                    }
                });
        int all = writes.values().stream().mapToInt(Integer::intValue).sum();
        LearningBench.say("  API writes: %d, %.1f/s, %d/s at most in one second; over the %d s that had some %.1f/s"
                .formatted(
                        all,
                        all / seconds,
                        writes.values().stream()
                                .mapToInt(Integer::intValue)
                                .max()
                                .orElse(0),
                        writes.size(),
                        writes.isEmpty() ? 0.0 : (double) all / writes.size()));
        LearningBench.say("  requests: %s"
                .formatted(kinds.entrySet().stream()
                        .filter(kind -> kind.getValue() > 2)
                        .map(kind -> kind.getKey() + " " + kind.getValue())
                        .collect(Collectors.joining(", "))));
        LearningBench.say(
                "  etcd since the loop began: %.0f puts, %.1f MiB received; database %.1f MiB, in use %.1f MiB"
                        .formatted(
                                etcd("etcd_mvcc_put_total") - puts,
                                (etcd("etcd_network_client_grpc_received_bytes_total") - received) / (1 << 20),
                                etcd("etcd_mvcc_db_total_size_in_bytes") / (1 << 20),
                                etcd("etcd_mvcc_db_total_size_in_use_in_bytes") / (1 << 20)));
    }

    private double etcd(String metric) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(etcd).build(), HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(metric + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
                .sum();
    }
}
