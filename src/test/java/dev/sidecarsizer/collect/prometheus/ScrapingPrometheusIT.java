package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.Prometheus;
import dev.sidecarsizer.cluster.PrometheusServer;
import dev.sidecarsizer.profile.history.PodWindow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Prometheus scrapes each second, is stopped in the middle of a window, and started again with the data it had, or
 * a newer one is: the windows that are read hold exactly the samples that it has, each once.
 */
@Tag("mesh")
class ScrapingPrometheusIT {

    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final Duration DELAY = Duration.ofSeconds(2);

    @TempDir
    private Path data;

    private final AtomicLong scrapes = new AtomicLong();
    private HttpServer proxy;

    /** Before the clock runs: it takes longer than some windows. */
    @BeforeAll
    static void build() {
        for (Prometheus version : Prometheus.values()) {
            version.server(Progress.onConsole());
        }
    }

    /** The value tells which scrape it was. */
    @BeforeEach
    void expose() throws IOException {
        proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/metrics", exchange -> {
            String text = "container_memory_working_set_bytes{namespace=\"shop\",pod=\"a\",container=\"istio-proxy\"} "
                    + (1_000_000 + scrapes.incrementAndGet()) + "\n";
            FakePrometheus.answer(exchange, 200, "text/plain; version=0.0.4", text.getBytes(StandardCharsets.UTF_8));
        });
        proxy.start();
    }

    @AfterEach
    void end() {
        proxy.stop(0);
    }

    @ParameterizedTest
    @EnumSource
    void aStopInTheMiddleOfAWindowLosesAndDoublesNothing(Prometheus next) throws IOException, InterruptedException {
        Taken taken = new Taken();
        Instant begin;
        try (PrometheusServer server = PrometheusServer.start(configuration(), data, Progress.onConsole())) {
            // it begins to scrape up to 5 s after it is ready: its discovery tells of targets that seldom
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !samples(server, Instant.now().minus(WINDOW), Instant.now())
                            .isEmpty());
            begin = Chunk.endAtOrBefore(Instant.now().plus(WINDOW.dividedBy(2)), WINDOW);
            // of a window that is all but over when Prometheus starts there may be no sample
            Thread.sleep(Duration.between(Instant.now(), begin.plusSeconds(24)));
            usage(server).read(begin, Instant.now(), taken);
            assertThat(taken.ends).isNotEmpty();
        }
        // the stop falls into a window of which a part has been scraped, and none has been read
        int before = taken.ends.size();
        Thread.sleep(3000);
        try (PrometheusServer server = PrometheusServer.start(next, configuration(), data, Progress.onConsole())) {
            Thread.sleep(Duration.between(Instant.now(), begin.plusSeconds(53)));
            usage(server).read(taken.ends.getLast(), Instant.now(), taken);

            assertThat(taken.ends).hasSizeGreaterThanOrEqualTo(before + 3);
            for (int i = 0; i < taken.ends.size(); i++) {
                assertThat(taken.ends.get(i)).isEqualTo(begin.plus(WINDOW.multipliedBy(i + 1L)));
            }
            Instant last = taken.ends.getLast();
            Map<Instant, List<Double>> samples = samples(server, begin, last);
            assertThat(samples.values().stream().mapToInt(List::size).sum()).isGreaterThan(15);
            assertThat(samples).containsKeys(taken.ends.getFirst(), last);
            assertThat(taken.windows()).hasSameSizeAs(samples.keySet());
            for (PodWindow window : taken.windows()) {
                List<Double> values = samples.getOrDefault(window.end(), List.of());
                assertThat(window.samples()).as(window.toString()).isEqualTo(values.size());
                assertThat((double) window.peak().value()).isEqualTo(values.getLast());
                assertThat(window.mean().value())
                        .isEqualTo(Math.round(values.stream()
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElseThrow()));
            }
            List<Double> all = new ArrayList<>();
            samples.values().forEach(all::addAll);
            assertThat(all).doesNotHaveDuplicates();
        }
    }

    /** All raw samples after {@code begin} and not after {@code last}, by the end of their window. */
    private static Map<Instant, List<Double>> samples(PrometheusServer server, Instant begin, Instant last)
            throws IOException, InterruptedException {
        String query = "container_memory_working_set_bytes["
                + (Duration.between(begin, last).toSeconds() + 5) + "s]";
        URI url = server.url()
                .resolve("/api/v1/query?time=" + last.getEpochSecond() + "&query="
                        + URLEncoder.encode(query, StandardCharsets.UTF_8));
        Map<Instant, List<Double>> samples = new TreeMap<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String body = client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            for (JsonNode point : JsonMapper.shared().readTree(body).at("/data/result/0/values")) {
                Instant at = Instant.ofEpochMilli(Math.round(point.get(0).asDouble() * 1000));
                if (at.isAfter(begin)) {
                    Instant whole = Chunk.endAtOrBefore(at, WINDOW);
                    Instant end = whole.equals(at) ? at : whole.plus(WINDOW);
                    samples.computeIfAbsent(end, any -> new ArrayList<>())
                            .add(Double.parseDouble(point.get(1).asString()));
                }
            }
        }
        return samples;
    }

    private static PrometheusUsage usage(PrometheusServer server) {
        PrometheusSettings defaults = PrometheusSettings.of(server.url());
        return new PrometheusUsage(
                new PrometheusSettings(
                        defaults.url(),
                        WINDOW,
                        DELAY,
                        defaults.history(),
                        2,
                        defaults.seriesAtOnce(),
                        defaults.queriesAtOnce(),
                        "",
                        defaults.clusterLabels(),
                        defaults.partialAnswers(),
                        defaults.access(),
                        defaults.queries()),
                null,
                new Dropped());
    }

    private String configuration() {
        return """
               global: {scrape_interval: 1s}
               scrape_configs:
                 - job_name: cadvisor
                   static_configs: [{targets: ["127.0.0.1:%d"]}]
               """
                .formatted(proxy.getAddress().getPort());
    }
}
