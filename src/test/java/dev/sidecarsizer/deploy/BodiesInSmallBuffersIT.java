package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.cluster.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of request bodies over HTTP/1.1, on a real Envoy with what component {@code connection-buffers} writes. */
class BodiesInSmallBuffersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String NETWORK = "type.googleapis.com/envoy.extensions.filters.network";
    private static final String HTTP = "type.googleapis.com/envoy.extensions.filters.http";
    private static final String LUA =
            """
            {name: lua, typed_config: {"@type": %s.lua.v3.Lua,
              default_source_code: {inline_string: "function envoy_on_request(all) all:body() end"}}},
            """
                    .formatted(HTTP)
                    .strip();

    private final int port = FreePorts.find(1).getFirst();

    /** A filter that wants all of a body; and an upstream whose first answer is 503, to be tried again. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            none             | 200_000   | filter   | 200
            SIDECAR_INBOUND  | 60_000    | filter   | 200
            SIDECAR_INBOUND  | 200_000   | filter   | 413
            SIDECAR_OUTBOUND | 200_000   | filter   | 200
            none             | 200_000   | upstream | 200
            none             | 2_000_000 | upstream | 503
            SIDECAR_INBOUND  | 60_000    | upstream | 200
            SIDECAR_INBOUND  | 200_000   | upstream | 503
            SIDECAR_OUTBOUND | 200_000   | upstream | 200
            SIDECAR_OUTBOUND | 2_000_000 | upstream | 503
            """)
    void areKeptAsFarAs(String patches, String bytes, String by, int status, @TempDir Path folder)
            throws IOException, InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        upstream.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            boolean first = asked.getAndIncrement() == 0;
            exchange.sendResponseHeaders(by.equals("upstream") && first ? 503 : 200, -1);
            exchange.close();
        });
        upstream.start();
        Path config = Files.writeString(
                folder.resolve("envoy.json"),
                config(upstream.getAddress().getPort(), by.equals("filter") ? LUA : "", patches));
        try (ChildProcess envoy = start(folder, config);
                HttpClient client = HttpClient.newHttpClient()) {
            await().atMost(PATIENCE).until(() -> FreePorts.listens(port));

            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port))
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(PATIENCE)
                    .POST(BodyPublishers.ofByteArray(new byte[Integer.parseInt(bytes.replace("_", ""))]))
                    .build();
            assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                    .as(envoy::story)
                    .isEqualTo(status);
        } finally {
            upstream.stop(0);
        }
    }

    private static ChildProcess start(Path folder, Path config) {
        return ChildProcess.start(
                "envoy",
                folder.resolve("envoy.log"),
                folder,
                Map.of(),
                List.of(
                        EnvoyWheel.envoy("1.40.0", Progress.onConsole()).toString(),
                        "--config-path",
                        config.toString(),
                        "--concurrency",
                        "1",
                        "--disable-hot-restart",
                        "--log-level",
                        "warn"));
    }

    private String config(int upstream, String filter, String patches) {
        JsonNode config = Manifests.parse(
                        """
                        static_resources:
                          listeners:
                          - name: all
                            address: {socket_address: {address: 127.0.0.1, port_value: %d}}
                            filter_chains:
                            - filters:
                              - name: http
                                typed_config:
                                  "@type": %s.http_connection_manager.v3.HttpConnectionManager
                                  stat_prefix: all
                                  route_config:
                                    virtual_hosts:
                                    - name: all
                                      domains: ["*"]
                                      routes:
                                      - match: {prefix: /}
                                        route: {cluster: all, retry_policy: {retry_on: 5xx}}
                                  http_filters: [%s {name: router, typed_config: {"@type": %s.router.v3.Router}}]
                          clusters:
                          - name: all
                            load_assignment:
                              cluster_name: all
                              endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]
                        """
                                .formatted(port, NETWORK, filter, HTTP, upstream))
                .objects()
                .getFirst();
        JsonNode listener = config.at("/static_resources/listeners/0");
        merge(patches, "LISTENER", listener);
        merge(patches, "CLUSTER", config.at("/static_resources/clusters/0"));
        merge(
                patches,
                "VIRTUAL_HOST",
                listener.at("/filter_chains/0/filters/0/typed_config/route_config/virtual_hosts/0"));
        return JsonMapper.shared().writeValueAsString(config);
    }

    /** As istiod does. */
    private static void merge(String context, String kind, JsonNode into) {
        Manifests.in(Manifests.DEPLOY.resolve("components/connection-buffers/envoy-filter.yaml"))
                .only("EnvoyFilter")
                .at("/spec/configPatches")
                .valueStream()
                .filter(patch -> patch.path("applyTo").asString().equals(kind)
                        && patch.at("/match/context").asString().equals(context))
                .forEach(patch -> ((ObjectNode) into).setAll((ObjectNode) patch.at("/patch/value")));
    }
}
