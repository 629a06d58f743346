package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.CertificateAuthority;
import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a caller with TLS and Istio's default retries notices of a proxy that closes new connections: nothing, where there is
 * another. Real Envoys; the full one has our override, with a budget that is used up from the start.
 */
class CallersOfFullProxyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Istio's connect timeout, which a caller would sit out if its connection waited. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private static final String ISTIOS_RETRIES = "{retry_on: 'connect-failure,refused-stream,unavailable,cancelled,"
            + "retriable-status-codes', num_retries: 2, host_selection_retry_max_attempts: 5, retry_host_predicate: [{"
            + "name: envoy.retry_host_predicates.previous_hosts, typed_config: {'@type': type.googleapis.com/"
            + "envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate}}]}";
    private static final String TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3";
    private static final int REQUESTS = 20;

    private final List<Integer> ports = FreePorts.find(4);
    private final int full = ports.get(0);
    private final int other = ports.get(1);
    private final int caller = ports.get(2);
    private final int admin = ports.get(3);

    @Test
    void areAnsweredByAnotherAtOnce(@TempDir Path folder) throws IOException, InterruptedException {
        CertificateAuthority.Issued issued = new CertificateAuthority("mesh").issue("any", List.of("DNS:any"));
        String tls = tls(
                Files.writeString(folder.resolve("certificate.pem"), issued.certificate()),
                Files.writeString(folder.resolve("key.pem"), issued.key()));
        String override = OverloadBootstrap.json(
                        Bytes.mebi(128), new KnownProxy(Optional.empty(), false, Bytes.mebi(28), null, null))
                .replaceFirst("(?<field>\"max_heap_size_bytes\":)[0-9]+", "${field}1000000");

        try (ChildProcess first =
                        start(folder, "full", override, listener(full, "direct_response: {status: 500}", tls));
                ChildProcess rest = start(
                        folder,
                        "rest",
                        "{}",
                        listener(other, "direct_response: {status: 200}", tls),
                        listener(caller, "route: {cluster: both, retry_policy: " + ISTIOS_RETRIES + "}", ""));
                HttpClient client = HttpClient.newHttpClient()) {
            await().atMost(PATIENCE)
                    .until(() -> FreePorts.listens(full)
                            && FreePorts.listens(other)
                            && FreePorts.listens(caller)
                            && closes(full));

            for (int i = 0; i < REQUESTS; i++) {
                HttpResponse<String> answer = client.send(request(caller, "/"), BodyHandlers.ofString());
                assertThat(answer.statusCode())
                        .as(() -> answer.body() + first.story() + rest.story())
                        .isEqualTo(200);
            }
            assertThat(client.send(
                                    request(admin, "/stats?filter=both.upstream_rq_retry_success"),
                                    BodyHandlers.ofString())
                            .body())
                    .as("some asked the full one first")
                    .containsPattern("upstream_rq_retry_success: [1-9]");
        }
    }

    private static HttpRequest request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(CONNECT_TIMEOUT.dividedBy(2))
                .build();
    }

    /** Its overload manager has looked at its memory: until then it serves. */
    private static boolean closes(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            // who serves waits for a client's hello
            socket.setSoTimeout(200);
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        } catch (IOException serves) {
            return false;
        }
    }

    private ChildProcess start(Path folder, String name, String override, String... listeners) throws IOException {
        Path config = Files.writeString(
                folder.resolve(name + ".yaml"),
                """
                %s
                static_resources:
                  listeners: [%s]
                  clusters:
                  - name: both
                    connect_timeout: %ds
                    transport_socket:
                      name: envoy.transport_sockets.tls
                      typed_config: {"@type": %s.UpstreamTlsContext}
                    load_assignment:
                      cluster_name: both
                      endpoints: [{lb_endpoints: [{endpoint: {address: %s}}, {endpoint: {address: %s}}]}]
                """
                        .formatted(
                                name.equals("rest") ? "admin: {address: " + address(admin) + "}" : "",
                                String.join(", ", listeners),
                                CONNECT_TIMEOUT.toSeconds(),
                                TLS,
                                address(full),
                                address(other)));
        return ChildProcess.start(
                "envoy",
                folder.resolve(name + ".log"),
                folder,
                Map.of(),
                List.of(
                        EnvoyWheel.envoy("1.40.0", Progress.onConsole()).toString(),
                        "--config-path",
                        config.toString(),
                        "--config-yaml",
                        override,
                        "--concurrency",
                        "1",
                        "--disable-hot-restart",
                        "--log-level",
                        "warn"));
    }

    private static String address(int port) {
        return "{socket_address: {address: 127.0.0.1, port_value: " + port + "}}";
    }

    private static String listener(int port, String action, String tls) {
        return """
                {name: "%1$d", address: %2$s, filter_chains: [{%3$s filters: [{
                  name: envoy.filters.network.http_connection_manager,
                  typed_config: {
                    "@type": %4$s.http_connection_manager.v3.HttpConnectionManager,
                    stat_prefix: "%1$d",
                    route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, %5$s}]}]},
                    http_filters: [{name: envoy.filters.http.router, typed_config: {"@type": %6$s.router.v3.Router}}]}}]}]}
                """
                .formatted(
                        port,
                        address(port),
                        tls,
                        "type.googleapis.com/envoy.extensions.filters.network",
                        action,
                        "type.googleapis.com/envoy.extensions.filters.http")
                .strip();
    }

    private static String tls(Path certificate, Path key) {
        return """
                transport_socket: {
                  name: envoy.transport_sockets.tls,
                  typed_config: {
                    "@type": %s.DownstreamTlsContext,
                    common_tls_context: {tls_certificates: [{certificate_chain: {filename: %s}, private_key: {filename: %s}}]}}},
                """
                .formatted(TLS, certificate, key)
                .strip();
    }
}
