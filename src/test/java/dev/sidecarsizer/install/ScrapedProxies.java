package dev.sidecarsizer.install;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sidecarsizer.collect.envoy.RealEnvoy;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Real Envoys under a little load, and an exporter that tells of them what cAdvisor and kube-state-metrics would: their
 * resident memory, and whose pods they are.
 */
final class ScrapedProxies implements AutoCloseable {

    private static final byte[] BODY = new byte[16 * 1024];
    private static final String TEXT = "text/plain; version=0.0.4";

    private final HttpServer server;
    private final List<RealEnvoy> envoys = new ArrayList<>();
    private final Map<String, RealEnvoy> pods = new ConcurrentHashMap<>();
    private final String namespace;
    private final String deployment;
    private final String replicaSet;
    private final Thread load = Thread.ofVirtual().unstarted(this::load);

    private ScrapedProxies(String namespace, String deployment, String replicaSet) throws IOException {
        this.namespace = namespace;
        this.deployment = deployment;
        this.replicaSet = replicaSet;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, "application/octet-stream", BODY));
        server.createContext(
                "/metrics", exchange -> answer(exchange, TEXT, metrics().getBytes(StandardCharsets.UTF_8)));
        server.start();
    }

    /** Starts so many; the exporter is silent about them until they are pods. */
    static ScrapedProxies start(Path folder, int count, String namespace, String deployment, String replicaSet)
            throws IOException {
        ScrapedProxies proxies = new ScrapedProxies(namespace, deployment, replicaSet);
        try {
            for (int i = 0; i < count; i++) {
                Path own = Files.createDirectories(folder.resolve("envoy-" + i));
                proxies.envoys.add(
                        RealEnvoy.start(own, proxies.server.getAddress().getPort(), UnaryOperator.identity()));
            }
            proxies.load.start();
            return proxies;
        } catch (RuntimeException e) {
            proxies.close();
            throw e;
        }
    }

    /** From now on the Envoys are the proxies of these pods. */
    void are(List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            pods.put(names.get(i), envoys.get(i));
        }
    }

    /** {@code prometheus.yml}: all of them each second. */
    String configuration() {
        String jobs = IntStream.range(0, envoys.size())
                .mapToObj(i ->
                        """
                          - job_name: envoy-%d
                            metrics_path: /stats/prometheus
                            static_configs: [{targets: ["127.0.0.1:%d"], labels: {namespace: %s, pod: %s}}]
                        """
                                .formatted(i, envoys.get(i).stats(), namespace, "envoy-" + i))
                .collect(Collectors.joining());
        return """
                global: {scrape_interval: 1s}
                scrape_configs:
                  - job_name: exporter
                    honor_labels: true
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                %s"""
                .formatted(server.getAddress().getPort(), jobs);
    }

    @Override
    public void close() {
        load.interrupt();
        envoys.forEach(RealEnvoy::close);
        server.stop(0);
    }

    private String metrics() {
        Map<String, String> lines = new LinkedHashMap<>();
        pods.forEach((pod, envoy) -> {
            String named = "namespace=\"" + namespace + "\",pod=\"" + pod + "\"";
            lines.put(
                    "container_memory_working_set_bytes{" + named + ",container=\"istio-proxy\"}",
                    Long.toString(envoy.resident().value()));
            lines.put(
                    "kube_pod_owner{" + named + ",owner_kind=\"ReplicaSet\",owner_name=\"" + replicaSet
                            + "\",owner_is_controller=\"true\"}",
                    "1");
        });
        lines.put(
                "kube_replicaset_owner{namespace=\"" + namespace + "\",replicaset=\"" + replicaSet
                        + "\",owner_kind=\"Deployment\",owner_name=\"" + deployment
                        + "\",owner_is_controller=\"true\"}",
                "1");
        return lines.entrySet().stream()
                .map(line -> line.getKey() + " " + line.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private void load() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (true) {
                for (RealEnvoy envoy : envoys) {
                    URI url = URI.create("http://127.0.0.1:" + envoy.traffic() + "/");
                    client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding());
                }
                Thread.sleep(20);
            }
        } catch (IOException | InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
