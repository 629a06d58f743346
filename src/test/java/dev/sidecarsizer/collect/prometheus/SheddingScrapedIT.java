package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.PrometheusServer;
import dev.sidecarsizer.collect.envoy.RealEnvoy;
import dev.sidecarsizer.collect.envoy.SlowReaders;
import dev.sidecarsizer.profile.ProxyOverload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Envoy near its heap budget says of that, a real Prometheus that scrapes it is asked for by name. */
@Tag("mesh")
class SheddingScrapedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** There is no cAdvisor: Envoy's own word stands for what its container uses. */
    private static final Map<String, String> QUERIES =
            Map.of("working-set", "envoy_server_memory_physical_size{$matchers}");

    @Test
    void tellsHowNearAProxyCameToItsBudget(@TempDir Path folder) throws IOException {
        try (SlowReaders readers = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), RealEnvoy.overloaded(1_000_000));
                PrometheusServer prometheus =
                        PrometheusServer.start(scraping(envoy), folder.resolve("data"), Progress.onConsole())) {
            PrometheusUsage usage = usage(prometheus);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(usage.now(Instant.now()))
                    .extractingByKey(Taken.pod("reviews-1"))
                    .extracting(now -> now.facts().overload())
                    .satisfies(told -> assertThat(told.pressure()).isBetween(1.0, 10.0))
                    .satisfies(told -> assertThat(told.shrinksPerHour()).isBetween(1.0, 360.0))
                    .extracting(ProxyOverload::shedsLoad)
                    .isEqualTo(true));
        }
    }

    private static String scraping(RealEnvoy envoy) {
        return """
                global: {scrape_interval: 1s}
                scrape_configs:
                  - job_name: envoy
                    metrics_path: /stats/prometheus
                    static_configs: [{targets: ["127.0.0.1:%d"], labels: {namespace: shop, pod: reviews-1}}]
                """
                .formatted(envoy.stats());
    }

    private static PrometheusUsage usage(PrometheusServer prometheus) {
        PrometheusSettings defaults = PrometheusSettings.of(prometheus.url());
        return BackfilledPrometheus.usage(new PrometheusSettings(
                defaults.url(),
                defaults.window(),
                defaults.delay(),
                defaults.history(),
                defaults.windowsAtOnce(),
                defaults.seriesAtOnce(),
                defaults.queriesAtOnce(),
                defaults.matchers(),
                defaults.clusterLabels(),
                defaults.partialAnswers(),
                defaults.access(),
                defaults.queries().with(QUERIES)));
    }
}
