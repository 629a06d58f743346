package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.collect.envoy.RealEnvoy;
import dev.sidecarsizer.collect.envoy.SlowReaders;
import dev.sidecarsizer.istio.ShownVolume;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Memory that is held is no reason to refuse everybody, and none to refuse anybody once it is not: real Envoy, real override,
 * readers who stay and then go, and a budget that shrinks and grows again.
 */
class StuckEnvoyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Of which 93 MiB can be allocated. */
    private static final Bytes LIMIT = Bytes.mebi(108);

    private static final String CLOSED =
            "envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent{} 100\n";

    private static final Pattern PRESSURE =
            Pattern.compile("envoy_overload_envoy_resource_monitors_fixed_heap_pressure\\{} (\\d+)");
    /** At 0.02 s each, longer than the override's refreshes by far. */
    private static final int REQUESTS = 300;

    /** To which the proxy answers itself. */
    private static final String ALIVE = "/alive";

    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final String LENGTH = "content-length: ";

    private static final String YEAR = "31536000s";
    /** Whose stream moved nothing for so long ends while memory is short. */
    private static final Duration CUT = Duration.ofSeconds(15);

    private static final int CONNECTIONS = 20;

    private static final int ROUNDS = 20;

    @Test
    void servesConnectionsThatAreThereWhileMemoryIsHeldAndAllAfterwards(@TempDir Path folder) throws Exception {
        String override =
                OverloadBootstrap.json(LIMIT, new KnownProxy(Optional.empty(), false, Bytes.mebi(28), null, null));
        try (SlowReaders readers = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), command -> with(override, command));
                Socket there = new Socket(InetAddress.getLoopbackAddress(), envoy.traffic())) {
            assertThat(isServed(there)).isTrue();

            fill(envoy, readers);
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

    /** For longer than it would be once memory is short. */
    @Test
    void cutsNobodyWhileMemoryIsNot(@TempDir Path folder) throws Exception {
        String override = OverloadBootstrap.json(LIMIT, known(null));
        try (SlowReaders readers = new SlowReaders();
                RealEnvoy envoy =
                        RealEnvoy.start(folder, readers.upstream(), YEAR, command -> with(override, command));
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), envoy.traffic())) {
            ask(silent, "/");
            Thread.sleep(CUT.plusSeconds(2).toMillis());

            assertThat(answer(silent).isServed()).isTrue();
        }
    }

    /**
     * Who reads nothing loses what is kept for it, so that others are served again, though it stays. So does who has its
     * whole answer in the buffer, where no stream is left. Who reads is not cut.
     */
    @ParameterizedTest(name = "known peak {0}, answers of {1} bytes")
    @CsvSource({", 26_000_000", "90Mi, 26_000_000", "90Mi, 900_000"})
    void servesNewConnectionsAgainWhileReadersStay(@Nullable String peak, String body, @TempDir Path folder)
            throws Exception {
        String override = OverloadBootstrap.json(LIMIT, known(peak));
        try (SlowReaders readers = new SlowReaders(Integer.parseInt(body.replace("_", "")));
                RealEnvoy envoy =
                        RealEnvoy.start(folder, readers.upstream(), YEAR, command -> with(override, command));
                Socket reading = new Socket(InetAddress.getLoopbackAddress(), envoy.traffic())) {
            Thread reader = Thread.ofVirtual().start(() -> readSteadily(reading));
            fill(envoy, readers);
            Thread.sleep(5000);
            assertThat(isClosed(envoy)).as("nobody is cut so soon").isTrue();

            await().atMost(PATIENCE).until(() -> !isClosed(envoy));
            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(isClosed(envoy)).as("new connection %d", i).isFalse();
                Thread.sleep(100);
            }
            assertThat(reader.isAlive()).as("who reads is served on").isTrue();
        }
    }

    /** Answer after answer, 100 KB a second, until the connection ends: of a buffer of 1 MiB half moves every 5 s. */
    private static void readSteadily(Socket connection) {
        byte[] sip = new byte[10_000];
        try {
            while (true) {
                ask(connection, "/");
                for (int left = head(connection).length(); left > 0; left -= sip.length) {
                    int some = Math.min(left, sip.length);
                    if (connection.getInputStream().readNBytes(sip, 0, some) < some) {
                        return;
                    }
                    Thread.sleep(100);
                }
            }
        } catch (IOException | InterruptedException ended) {
            // so does its thread
        }
    }

    /** Whatever is known of its peak, and so where it begins to refuse: clients hang up where they are asked to. */
    @ParameterizedTest(name = "known peak {0}")
    @NullSource
    @ValueSource(strings = "90Mi")
    void servesAShareOnConnectionsThatLastWhileItRefuses(@Nullable String peak, @TempDir Path folder) throws Exception {
        ShownVolume volume = new ShownVolume(Files.createDirectory(folder.resolve("volume")));
        String override = OverloadBootstrap.following(LIMIT, known(peak), Overload.SHOWN);
        volume.show(override, LIMIT);
        String shown = Files.readString(volume.override());
        JsonNode written = JsonMapper.shared().readTree(override);
        JsonNode refuses = Triggers.of(written, "stop_accepting_requests").path("scaled");
        double from = refuses.path("scaling_threshold").asDouble();
        double all = refuses.path("saturation_threshold").asDouble();
        double ends = Triggers.of(written, "disable_http_keepalive")
                .at("/threshold/value")
                .asDouble();
        try (SlowReaders nobody = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, nobody.upstream(), command -> with(shown, command))) {
            Connections there = new Connections(envoy.traffic());
            assertThat(there.ask()).isEqualTo(CONNECTIONS);

            hold(envoy, volume, override, (from + ends) / 2);
            int served = 0;
            for (int round = 0; round < ROUNDS; round++) {
                served += there.ask();
            }
            assertThat(there.left()).as("connections that last").isEqualTo(CONNECTIONS);
            assertThat(served)
                    .as("served of %d", CONNECTIONS * ROUNDS)
                    .isBetween(CONNECTIONS * ROUNDS / 4, CONNECTIONS * ROUNDS * 3 / 4);
            assertThat(isClosed(envoy)).isTrue();

            hold(envoy, volume, override, 1.1 * all);
            assertThat(there.ask()).as("served above the budget").isZero();

            volume.show(override, LIMIT);
            await().atMost(Duration.ofSeconds(1)).until(() -> !isClosed(envoy));
        }
    }

    private static void fill(RealEnvoy envoy, SlowReaders readers) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            readers.ask(envoy.traffic());
            return closesNewConnections(envoy);
        });
    }

    private static KnownProxy known(@Nullable String peak) {
        return new KnownProxy(
                Optional.of(new ProxyVersion(1, 32)),
                false,
                Bytes.mebi(28),
                peak == null ? null : Bytes.parse(peak),
                null);
    }

    /** Has the limit shrink until what is allocated is about that share of it. */
    private static void hold(RealEnvoy envoy, ShownVolume volume, String override, double share) {
        AtomicLong limit = new AtomicLong(LIMIT.value());
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
            double now = pressure(envoy) / 100;
            if (Math.abs(now - share) < 0.01) {
                return true;
            }
            limit.set((long) (limit.get() * now / share));
            volume.show(override, new Bytes(limit.get()));
            return false;
        });
    }

    private static double pressure(RealEnvoy envoy) throws IOException, InterruptedException {
        Matcher said = PRESSURE.matcher(overload(envoy));
        assertThat(said.find()).isTrue();
        return Double.parseDouble(said.group(1));
    }

    /** Of clients that ask one after the other, and hang up where the proxy says {@code connection: close}. */
    private static final class Connections {

        private final List<Socket> open = new ArrayList<>();

        Connections(int port) throws IOException {
            for (int i = 0; i < CONNECTIONS; i++) {
                open.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
        }

        /** How many were served. */
        int ask() throws IOException {
            int served = 0;
            for (Socket connection : List.copyOf(open)) {
                StuckEnvoyIT.ask(connection, ALIVE);
                Answer answer = answer(connection);
                served += answer.isServed() ? 1 : 0;
                if (answer.closes()) {
                    connection.close();
                    open.remove(connection);
                }
            }
            return served;
        }

        int left() {
            return open.size();
        }
    }

    private static List<String> with(String override, List<String> command) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("--config-yaml", override));
        return all;
    }

    private static boolean closesNewConnections(RealEnvoy envoy) throws IOException, InterruptedException {
        return overload(envoy).contains(CLOSED);
    }

    private static String overload(RealEnvoy envoy) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI stats = URI.create("http://127.0.0.1:" + envoy.stats() + "/stats/prometheus?filter=overload");
            return client.send(HttpRequest.newBuilder(stats).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    /** Whether a new connection ends before any answer comes. */
    private static boolean isClosed(RealEnvoy envoy) throws IOException {
        try (Socket fresh = new Socket(InetAddress.getLoopbackAddress(), envoy.traffic())) {
            fresh.setSoTimeout((int) PATIENCE.toMillis());
            ask(fresh, ALIVE);
            return answer(fresh).status() == null;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static boolean isServed(Socket connection) throws IOException {
        ask(connection, ALIVE);
        return answer(connection).isServed();
    }

    /**
     * What a request got.
     *
     * @param status the first line; none where the connection ended instead
     * @param closes whether the connection is not to be used again
     * @param length of what follows, in bytes
     */
    private record Answer(@Nullable String status, boolean closes, int length) {

        boolean isServed() {
            return status != null && status.contains(" 200 ");
        }
    }

    private static void ask(Socket connection, String path) throws IOException {
        connection
                .getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: any\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads it whole. */
    private static Answer answer(Socket connection) throws IOException {
        Answer answer = head(connection);
        connection.getInputStream().skipNBytes(answer.length());
        return answer;
    }

    /** Reads what stands before the body, and no more. */
    private static Answer head(Socket connection) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf(END_OF_HEAD) < 0) {
            int next = connection.getInputStream().read();
            if (next < 0) {
                return new Answer(null, true, 0);
            }
            head.append((char) next);
        }
        List<String> lines = head.toString().lines().toList();
        int length = lines.stream()
                .filter(line -> line.startsWith(LENGTH))
                .mapToInt(line -> Integer.parseInt(line.substring(LENGTH.length())))
                .sum();
        return new Answer(lines.getFirst(), lines.contains("connection: close"), length);
    }
}
