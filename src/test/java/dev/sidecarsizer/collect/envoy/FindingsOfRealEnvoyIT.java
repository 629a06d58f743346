package dev.sidecarsizer.collect.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.Waits;
import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.advice.Known;
import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.SomePod;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.ProxyFacts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** What a real Envoy goes through is found in its statistics, and not before. */
@Tag("mesh")
class FindingsOfRealEnvoyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final LivePod POD =
            SomePod.named("shop", "reviews-1").ip("127.0.0.1").build();

    @Waits
    void memoryThatTheAllocatorKeepsAfterABurst(@TempDir Path folder) throws Exception {
        SlowReaders readers = new SlowReaders();
        try (RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), command -> command);
                StatsReader stats = new StatsReader(envoy.stats(), PATIENCE)) {
            await().atMost(PATIENCE).until(() -> stats.read(POD).memory().allocated() != null);
            assertThat(kinds(stats.read(POD))).isEmpty();

            for (int client = 0; client < 200; client++) {
                readers.ask(envoy.traffic());
            }
            await().atMost(PATIENCE).until(() -> allocated(stats).isMore(Bytes.mebi(150)));
            assertThat(kinds(stats.read(POD))).as("in use").doesNotContain("AllocatorRetention");
            readers.close();
            await().atMost(PATIENCE).until(() -> allocated(stats).isLess(Bytes.mebi(30)));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(kinds(stats.read(POD))).containsExactly("AllocatorRetention"));
        }
    }

    @Waits
    void connectionsThatNobodyUses(@TempDir Path folder) throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (SlowReaders upstream = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, upstream.upstream(), command -> command);
                StatsReader stats = new StatsReader(envoy.stats(), PATIENCE)) {
            await().atMost(PATIENCE).until(() -> stats.read(POD).memory().allocated() != null);
            Bytes before = allocated(stats);
            for (int client = 0; client < 5000; client++) {
                clients.add(askedOnce(envoy.traffic()));
            }
            await().atMost(PATIENCE)
                    .until(() -> Objects.requireNonNull(stats.read(POD).load().connections()) >= 5000);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(kinds(stats.read(POD))).containsExactly("ManyConnections"));
            Finding finding = Kind.judge(known(stats.read(POD))).found().getFirst();
            assertThat(Objects.requireNonNull(finding.size()).value())
                    .as("what they take")
                    .isCloseTo(allocated(stats).minus(before).value(), Percentage.withPercentage(20));

            for (Socket client : clients) {
                client.close();
            }
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(kinds(stats.read(POD))).doesNotContain("ManyConnections"));
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static Socket askedOnce(int port) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.getOutputStream().write("GET /alive HTTP/1.1\r\nHost: any\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().read()).isEqualTo('H');
        return client;
    }

    private static Bytes allocated(StatsReader stats) throws Exception {
        return Objects.requireNonNull(stats.read(POD).memory().allocated());
    }

    private static List<String> kinds(ProxyFacts facts) {
        return Kind.judge(known(facts)).found().stream().map(Finding::kind).toList();
    }

    private static Known known(ProxyFacts facts) {
        return new Known(
                POD.workload(),
                Map.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Set.of(2),
                null,
                facts,
                false,
                null,
                null);
    }
}
