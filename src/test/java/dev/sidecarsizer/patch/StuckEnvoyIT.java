package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.collect.envoy.RealEnvoy;
import dev.sidecarsizer.collect.envoy.SlowReaders;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.patch.ProxyPatch.ProxyFacts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory that is held is no reason to refuse everybody, and none to refuse anybody once it is not: real Envoy, real override,
 * readers who stay and then go.
 */
class StuckEnvoyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A budget of 79 MiB. */
    private static final Bytes LIMIT = Bytes.mebi(108);

    private static final String CLOSED =
            "envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent{} 100\n";
    /** At 0.02 s each, longer than the override's refreshes by far. */
    private static final int REQUESTS = 300;

    @Test
    void servesConnectionsThatAreThereWhileMemoryIsHeldAndAllAfterwards(@TempDir Path folder) throws Exception {
        String override =
                OverloadBootstrap.json(LIMIT, new ProxyFacts(Optional.empty(), false, Bytes.mebi(28), null, null));
        try (SlowReaders readers = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), command -> with(override, command));
                Socket there = new Socket(InetAddress.getLoopbackAddress(), envoy.traffic())) {
            assertThat(isServed(there)).isTrue();

            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
                readers.ask(envoy.traffic());
                return closesNewConnections(envoy);
            });
            int served = 0;
            for (int i = 0; i < REQUESTS; i++) {
                served += isServed(there) ? 1 : 0;
                Thread.sleep(20);
            }

            assertThat(closesNewConnections(envoy)).as("memory is still held").isTrue();
            assertThat(served).as("served of %d", REQUESTS).isGreaterThan(REQUESTS / 10);
            assertThat(isClosed(envoy)).as("nobody waits in vain").isTrue();

            readers.leave();
            await().atMost(PATIENCE).until(() -> !isClosed(envoy));
        }
    }

    private static List<String> with(String override, List<String> command) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("--config-yaml", override));
        return all;
    }

    private static boolean closesNewConnections(RealEnvoy envoy) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI stats = URI.create("http://127.0.0.1:" + envoy.stats() + "/stats/prometheus?filter=overload");
            return client.send(HttpRequest.newBuilder(stats).build(), BodyHandlers.ofString())
                    .body()
                    .contains(CLOSED);
        }
    }

    /** Whether a new connection ends before any answer comes. */
    private static boolean isClosed(RealEnvoy envoy) throws IOException {
        try (Socket fresh = new Socket(InetAddress.getLoopbackAddress(), envoy.traffic())) {
            fresh.setSoTimeout((int) PATIENCE.toMillis());
            return answer(fresh) == null;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static boolean isServed(Socket connection) throws IOException {
        String status = answer(connection);
        return status != null && status.contains(" 200 ");
    }

    /** Asks, and reads the answer whole; gives its first line, none where the connection ends instead. */
    private static @Nullable String answer(Socket connection) throws IOException {
        connection
                .getOutputStream()
                .write("GET /alive HTTP/1.1\r\nHost: any\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
        String status = reader.readLine();
        int length = 0;
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            if (line.startsWith("content-length: ")) {
                length = Integer.parseInt(line.substring("content-length: ".length()));
            }
        }
        assertThat(reader.skip(length)).isEqualTo(length);
        return status;
    }
}
