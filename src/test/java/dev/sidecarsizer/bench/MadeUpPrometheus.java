package dev.sidecarsizer.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers what {@code collect.prometheus} asks, of a {@link MadeUpMesh}, and nothing else: a query that it does not know is
 * refused with 400. Answers are written as they are made up.
 *
 * <p>Arguments: a port of loopback, and how many workloads.
 */
final class MadeUpPrometheus {

    /** Of a selector; the excluded ones are of pods that nobody named. */
    private static final Pattern NAMESPACES = Pattern.compile("namespace(=~|!~)\"([^\"]*)\"");

    private static final Pattern NAMED = Pattern.compile(",?\\b(pod|replicaset)=~\"([^\"]*)\"");

    private final MadeUpMesh mesh;

    private MadeUpPrometheus(MadeUpMesh mesh) {
        this.mesh = mesh;
    }

    public static void main(String[] args) throws IOException {
        MadeUpPrometheus prometheus = new MadeUpPrometheus(new MadeUpMesh(Integer.parseInt(args[1])));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 0);
        server.createContext("/api/v1/", prometheus::handle);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> form = form(exchange);
            Answer answer = answer(form);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (answer == null) {
                byte[] refusal = "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"not made up\"}"
                        .getBytes(StandardCharsets.UTF_8);
                System.out.println("not made up: " + form);
                exchange.sendResponseHeaders(400, refusal.length);
                exchange.getResponseBody().write(refusal);
                return;
            }
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16)) {
                Series series = new Series(out);
                answer.to(series);
                series.end();
            }
        }
    }

    @FunctionalInterface
    private interface Answer {
        void to(Series series) throws IOException;
    }

    @FunctionalInterface
    private interface EachPod {
        void take(int workload, long rollOut, int place) throws IOException;
    }

    private @Nullable Answer answer(Map<String, String> form) {
        String query = form.getOrDefault("query", "");
        long at = seconds(form.getOrDefault("time", form.getOrDefault("end", "0")));
        if (query.contains("== 1")) {
            return series -> {};
        }
        if (form.containsKey("step")) {
            return range(query, form);
        }
        if (query.startsWith("count_over_time(vector(1)")) {
            return series -> series.one("", "", "", at, "2");
        }
        if (query.startsWith("count by (namespace, cluster")) {
            return series -> {
                for (int namespace = 0; namespace < MadeUpMesh.NAMESPACES; namespace++) {
                    series.one("bench-" + namespace, "", "", at, Integer.toString(mesh.pods(namespace)));
                }
            };
        }
        if (query.contains("(kube_pod_owner")) {
            return series -> owned(
                    query,
                    at,
                    (workload, rollOut, place) -> series.one(
                            MadeUpMesh.namespace(workload),
                            MadeUpMesh.pod(workload, rollOut, place),
                            ",\"owner_kind\":\"ReplicaSet\",\"owner_name\":\""
                                    + MadeUpMesh.replicaSet(workload, rollOut) + "\"",
                            at,
                            "1"));
        }
        if (query.contains("(kube_replicaset_owner")) {
            return series -> owned(query, at, (workload, rollOut, place) -> {
                if (place == 0) {
                    series.one(
                            MadeUpMesh.namespace(workload),
                            "",
                            ",\"replicaset\":\"" + MadeUpMesh.replicaSet(workload, rollOut)
                                    + "\",\"owner_kind\":\"Deployment\",\"owner_name\":\"app-" + workload + "\"",
                            at,
                            "1");
                }
            });
        }
        return present(query, at);
    }

    /** What the proxies use now. */
    private @Nullable Answer present(String query, long at) {
        if (query.startsWith("count by (namespace, pod, tag)")) {
            return each(query, at, ",\"tag\":\"1.31.0\"", "1");
        }
        if (query.startsWith("count by (namespace, pod, destination_service)")) {
            return series -> pods(query, at, at, (workload, rollOut, place) -> {
                for (int other = 1; other <= 3; other++) {
                    series.one(
                            MadeUpMesh.namespace(workload),
                            MadeUpMesh.pod(workload, rollOut, place),
                            ",\"destination_service\":\"app-" + (workload + other) + ".bench.svc.cluster.local\"",
                            at,
                            "1");
                }
            });
        }
        if (query.contains("(container_memory_working_set_bytes")) {
            return series -> pods(
                    query,
                    at,
                    at,
                    (workload, rollOut, place) -> series.one(
                            MadeUpMesh.namespace(workload),
                            MadeUpMesh.pod(workload, rollOut, place),
                            "",
                            at,
                            Long.toString(MadeUpMesh.peak(workload, place, at))));
        }
        if (query.contains("istio_tcp_connections_opened_total")) {
            return series -> {};
        }
        if (query.contains("envoy_server_concurrency")) {
            return each(query, at, "", "2");
        }
        return query.contains("envoy_") || query.contains("istio_") ? each(query, at, "", "31457280") : null;
    }

    private Answer each(String query, long at, String labels, String value) {
        return series -> pods(
                query,
                at,
                at,
                (workload, rollOut, place) -> series.one(
                        MadeUpMesh.namespace(workload), MadeUpMesh.pod(workload, rollOut, place), labels, at, value));
    }

    private Answer range(String query, Map<String, String> form) {
        long start = seconds(form.getOrDefault("start", ""));
        long end = seconds(form.getOrDefault("end", ""));
        long step = Long.parseLong(form.getOrDefault("step", "").replace("ms", "")) / 1000;
        long samples = MadeUpMesh.samples(step);
        boolean peaks = query.contains("max_over_time");
        boolean sums = query.contains("sum_over_time");
        return series -> pods(query, start, end, (workload, rollOut, place) -> {
            series.begin(MadeUpMesh.namespace(workload), MadeUpMesh.pod(workload, rollOut, place), "");
            for (long at = start; at <= end; at += step) {
                if (MadeUpMesh.rollOut(workload, at) == rollOut) {
                    long peak = peaks || sums ? MadeUpMesh.peak(workload, place, at) : 0;
                    series.value(at, peaks ? peak : sums ? peak * 8 / 10 * samples : samples);
                }
            }
            series.endOfValues();
        });
    }

    /** The pods that a query on owners is about, those of the last hours too. */
    private void owned(String query, long at, EachPod take) throws IOException {
        Matcher named = NAMED.matcher(query);
        Set<String> names = named.find() ? Set.of(named.group(2).split("\\|", -1)) : Set.of();
        pods(query, at - 6 * 3600, at, (workload, rollOut, place) -> {
            if (names.isEmpty()
                    || names.contains(MadeUpMesh.pod(workload, rollOut, place))
                    || names.contains(MadeUpMesh.replicaSet(workload, rollOut))) {
                take.take(workload, rollOut, place);
            }
        });
    }

    /** All pods that ran at some time from {@code start} to {@code end}. */
    private void pods(String query, long start, long end, EachPod take) throws IOException {
        Matcher matcher = NAMESPACES.matcher(query);
        boolean all = !matcher.find();
        boolean excluded = !all && matcher.group(1).equals("!~");
        Set<String> named = all ? Set.of() : Set.of(matcher.group(2).split("\\|", -1));
        for (int workload = 0; workload < mesh.workloads(); workload++) {
            if (all || named.contains(MadeUpMesh.namespace(workload)) != excluded) {
                long last = MadeUpMesh.rollOut(workload, end);
                for (long rollOut = MadeUpMesh.rollOut(workload, start); rollOut <= last; rollOut++) {
                    for (int place = 0; place < MadeUpMesh.PODS; place++) {
                        take.take(workload, rollOut, place);
                    }
                }
            }
        }
    }

    private static Map<String, String> form(HttpExchange exchange) throws IOException {
        Map<String, String> form = new HashMap<>();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String pair : body.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                form.put(
                        parts[0],
                        URLDecoder.decode(parts[1], StandardCharsets.UTF_8).replace("\\\\", ""));
            }
        }
        return form;
    }

    private static long seconds(String time) {
        return Math.round(Double.parseDouble(time));
    }

    /** Writes the answer. */
    private static final class Series {

        private final OutputStream out;
        private final StringBuilder text = new StringBuilder("{\"status\":\"success\",\"data\":{\"result\":[");
        private boolean some;
        private boolean someValues;

        Series(OutputStream out) {
            this.out = out;
        }

        void begin(String namespace, String pod, String labels) {
            text.append(some ? "," : "")
                    .append("{\"metric\":{\"namespace\":\"")
                    .append(namespace)
                    .append('"');
            if (!pod.isEmpty()) {
                text.append(",\"pod\":\"").append(pod).append('"');
            }
            text.append(labels).append("},\"values\":[");
            some = true;
            someValues = false;
        }

        void value(long at, long value) {
            text.append(someValues ? ",[" : "[")
                    .append(at)
                    .append(",\"")
                    .append(value)
                    .append("\"]");
            someValues = true;
        }

        void endOfValues() throws IOException {
            text.append("]}");
            flush();
        }

        void one(String namespace, String pod, String labels, long at, String value) throws IOException {
            begin(namespace, pod, labels);
            text.append('[').append(at).append(",\"").append(value).append("\"]");
            endOfValues();
        }

        void end() throws IOException {
            text.append("]}}");
            flush();
        }

        private void flush() throws IOException {
            out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
            text.setLength(0);
        }
    }
}
