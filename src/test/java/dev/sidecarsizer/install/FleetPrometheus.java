package dev.sidecarsizer.install;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Answers as a Prometheus would that has three samples in each window of each of many Deployments' pods, from its
 * beginning until it is told that nothing more comes.
 */
final class FleetPrometheus implements AutoCloseable {

    static final int SAMPLES_IN_A_WINDOW = 3;

    private static final long BYTES = 70L * 1024 * 1024;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final String namespace;
    private final int workloads;
    private final Instant begin;
    private volatile Instant end = Instant.MAX;

    FleetPrometheus(String namespace, int workloads, Instant begin) throws IOException {
        this.namespace = namespace;
        this.workloads = workloads;
        this.begin = begin;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** No samples after this. */
    void endAt(Instant last) {
        end = last;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> form = new HashMap<>();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            for (String pair : body.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                if (parts.length == 2) {
                    form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
                }
            }
            byte[] answer = answer(form).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        }
    }

    private String answer(Map<String, String> form) {
        String query = form.getOrDefault("query", "");
        if (form.containsKey("step")) {
            return query.contains("container_memory_working_set_bytes") ? windows(query, form) : result("matrix", "");
        }
        if (query.startsWith("count_over_time(vector(1)")) {
            return result("vector", "{\"metric\":{},\"value\":[1,\"2\"]}");
        }
        if (query.startsWith("count by (namespace, cluster")) {
            return result(
                    "vector", "{\"metric\":{\"namespace\":\"" + namespace + "\"},\"value\":[1,\"" + workloads + "\"]}");
        }
        if (query.contains("kube_pod_owner")) {
            return result(
                    "vector",
                    each(i -> "{\"metric\":{" + pod(i) + ",\"owner_kind\":\"ReplicaSet\",\"owner_name\":\"w" + i
                            + "-7d9f8b6c5\"},\"value\":[1,\"1\"]}"));
        }
        return result("vector", "");
    }

    private String windows(String query, Map<String, String> form) {
        String value = query.contains("max_over_time")
                ? Long.toString(BYTES)
                : query.contains("sum_over_time")
                        ? Long.toString(BYTES * SAMPLES_IN_A_WINDOW)
                        : Integer.toString(SAMPLES_IN_A_WINDOW);
        long step = Long.parseLong(form.getOrDefault("step", "").replace("ms", ""));
        long last = millis(form.getOrDefault("end", ""));
        StringBuilder values = new StringBuilder();
        for (long at = millis(form.getOrDefault("start", "")); at <= last; at += step) {
            Instant ends = Instant.ofEpochMilli(at);
            if (ends.isAfter(begin) && !ends.isAfter(end)) {
                values.append(values.isEmpty() ? "" : ",");
                values.append("[")
                        .append(at / 1000.0)
                        .append(",\"")
                        .append(value)
                        .append("\"]");
            }
        }
        return result(
                "matrix",
                values.isEmpty() ? "" : each(i -> "{\"metric\":{" + pod(i) + "},\"values\":[" + values + "]}"));
    }

    private String each(IntFunction<String> one) {
        return IntStream.range(0, workloads).mapToObj(one).collect(Collectors.joining(","));
    }

    private String pod(int i) {
        return "\"namespace\":\"" + namespace + "\",\"pod\":\"w" + i + "-7d9f8b6c5-x\"";
    }

    private static String result(String type, String series) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"" + type + "\",\"result\":[" + series + "]}}";
    }

    private static long millis(String seconds) {
        return Math.round(Double.parseDouble(seconds) * 1000);
    }
}
