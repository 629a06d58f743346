package dev.sidecarsizer.install;

import com.sun.net.httpserver.HttpServer;
import dev.sidecarsizer.collect.envoy.RealEnvoy;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Tells Prometheus of one pod's proxy what a node's cAdvisor would. */
final class Cadvisor implements AutoCloseable {

    private final HttpServer server;
    private final String namespace;
    private final String pod;
    private final RealEnvoy envoy;
    private final AtomicInteger scrapes = new AtomicInteger();

    Cadvisor(String namespace, String pod, RealEnvoy envoy) throws IOException {
        this.namespace = namespace;
        this.pod = pod;
        this.envoy = envoy;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            scrapes.incrementAndGet();
            byte[] text = ("container_memory_working_set_bytes{container=\"istio-proxy\"} "
                            + envoy.resident().value() + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, text.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(text);
            }
        });
        server.start();
    }

    /** {@code prometheus.yml}: it and the proxy itself, as often as the Prometheus that Istio ships with its samples. */
    String configuration() {
        String labels = "labels: {namespace: " + namespace + ", pod: " + pod + "}";
        return """
               global: {scrape_interval: 15s}
               scrape_configs:
                 - job_name: cadvisor
                   static_configs: [{targets: ["127.0.0.1:%d"], %s}]
                 - job_name: envoy
                   metrics_path: /stats/prometheus
                   static_configs: [{targets: ["127.0.0.1:%d"], %s}]
               """
                .formatted(server.getAddress().getPort(), labels, envoy.stats(), labels);
    }

    int scrapes() {
        return scrapes.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
