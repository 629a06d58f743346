package dev.sidecarsizer.collect.prometheus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers as Prometheus does, for the one pod {@code shop/a}, until it is told to fail. Each of its
 * windows has three samples of 100 bytes.
 */
final class FakePrometheus implements AutoCloseable {

    static final String PREFIX = "/prefix";

    final List<Map<String, String>> asked = new CopyOnWriteArrayList<>();
    final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Trouble> troubles = new ArrayList<>();

    /** Answers in the server's place. */
    interface Handler {
        void handle(HttpExchange exchange, Map<String, String> form) throws IOException;
    }

    private static final class Trouble {
        private final String inQuery;
        private int skip;
        private int times;
        private final Handler handler;

        Trouble(String inQuery, int skip, int times, Handler handler) {
            this.inQuery = inQuery;
            this.skip = skip;
            this.times = times;
            this.handler = handler;
        }
    }

    FakePrometheus() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + PREFIX);
    }

    /** Lets the first {@code skip} queries with this text in them pass, and the next {@code times} not. */
    synchronized void trouble(String inQuery, int skip, int times, Handler handler) {
        troubles.add(new Trouble(inQuery, skip, times, handler));
    }

    synchronized void peace() {
        troubles.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    static void json(HttpExchange exchange, int status, String body) throws IOException {
        answer(exchange, status, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    static String success(String data) {
        return "{\"status\":\"success\",\"data\":" + data + "}";
    }

    /** The answer that it would give. */
    static String ordinary(Map<String, String> form) {
        return ordinary(form, null);
    }

    /** The same with another value at the end of each series. */
    static String ordinary(Map<String, String> form, @Nullable String last) {
        String query = form.getOrDefault("query", "");
        if (form.containsKey("step")) {
            String value = query.contains("max_over_time") ? "100" : query.contains("sum_over_time") ? "300" : "3";
            return success("{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"namespace\":\"shop\",\"pod\":\"a\"},"
                    + "\"values\":[" + values(form, value, last == null ? value : last) + "]}]}");
        }
        String result = "";
        if (query.startsWith("count_over_time(vector(1)")) {
            result = "{\"metric\":{},\"value\":[1,\"2\"]}";
        } else if (query.startsWith("count by (namespace, cluster")) {
            result = "{\"metric\":{\"namespace\":\"shop\"},\"value\":[1,\"1\"]}";
        } else if (query.startsWith("max by") && query.contains("container_memory_working_set_bytes")) {
            result = "{\"metric\":{\"namespace\":\"shop\",\"pod\":\"a\"},\"value\":[1,\""
                    + (last == null ? "100" : last) + "\"]}";
        }
        return success("{\"resultType\":\"vector\",\"result\":[" + result + "]}");
    }

    private static String values(Map<String, String> form, String value, String last) {
        long start = millis(form.getOrDefault("start", ""));
        long end = millis(form.getOrDefault("end", ""));
        long step = Long.parseLong(form.getOrDefault("step", "").replace("ms", ""));
        StringBuilder values = new StringBuilder();
        for (long at = start; at <= end; at += step) {
            values.append(at > start ? "," : "").append("[").append(at / 1000.0).append(",\"");
            values.append(at + step > end ? last : value).append("\"]");
        }
        return values.toString();
    }

    private static long millis(String seconds) {
        return Math.round(Double.parseDouble(seconds) * 1000);
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
            asked.add(form);
            headers.add(Map.copyOf(exchange.getRequestHeaders()));
            Handler handler = next(form.getOrDefault("query", ""));
            if (handler != null) {
                handler.handle(exchange, form);
            } else if (exchange.getRequestURI().getPath().startsWith(PREFIX + "/api/v1/query")) {
                json(exchange, 200, ordinary(form));
            } else {
                answer(exchange, 404, "text/plain", "404 page not found".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private synchronized @Nullable Handler next(String query) {
        for (Trouble trouble : troubles) {
            if (query.contains(trouble.inQuery)) {
                if (trouble.skip > 0) {
                    trouble.skip--;
                } else if (trouble.times > 0) {
                    trouble.times--;
                    return trouble.handler;
                }
            }
        }
        return null;
    }
}
