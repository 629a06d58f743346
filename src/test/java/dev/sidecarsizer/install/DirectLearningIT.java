package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.envoy.PodMetricsKind;
import dev.sidecarsizer.collect.envoy.RealEnvoy;
import dev.sidecarsizer.collect.envoy.SlowReaders;
import dev.sidecarsizer.install.LearningCluster.Learned;
import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The installed webhook learns without Prometheus, with the rights that it ships with: from the metrics API's paths of a
 * real API server, and from the statistics of a real Envoy.
 */
@Tag("mesh")
class DirectLearningIT {

    private static final String SHOP = "direct-shop";
    /** The shortest that may be set. */
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(4);

    @Test
    void whatTheMetricsApiSaysBecomesAHistoryAndAProfile(@TempDir Path folder) throws IOException {
        try (LearningCluster cluster = LearningCluster.start(SHOP);
                PodMetricsKind metrics = PodMetricsKind.installed(cluster.plane());
                SlowReaders readers = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), UnaryOperator.identity());
                Replica replica = cluster.serve(quickly(envoy.stats()))) {
            RunningDeployment reviews = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
            List<String> pods = List.of(reviews.run(), reviews.run());

            Instant begun = Instant.now();
            int rounds = 0;
            while (!through(cluster).isAfter(begun.plus(WINDOW))) {
                assertThat(Instant.now()).as("two windows are learnt").isBefore(begun.plus(PATIENCE));
                Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
                metrics.sample(SHOP, pods.get(0), at, "61Mi");
                metrics.sample(SHOP, pods.get(1), at, "70Mi");
                rounds++;
                Pause.ofMillis(BETWEEN_SAMPLES.toMillis());
            }

            Learned profile = profile(cluster).orElseThrow();
            assertThat(profile.samples()).isBetween(2L * 3, 2L * rounds);
            assertThat(profile.status("observed", "pods")).isEqualTo("2");
            assertThat(profile.status("observed", "days")).as("none is over").isEqualTo("0");
            assertThat(Bytes.parse(profile.status("observed", "peak"))).isBetween(Bytes.mebi(69), Bytes.mebi(72));
            assertThat(profile.status("observed", "live")).isEqualTo("70Mi");
            assertThat(profile.status("proxy", "image")).isEqualTo("docker.io/istio/proxyv2:1.31.0");
            assertThat(profile.owners()).containsExactly("Deployment " + reviews.uid());
            assertThat(profile.isReady()).as("so little is nothing to size by").isFalse();
            assertThat(cluster.histories(SHOP)).singleElement().satisfies(history -> assertThat(
                            history.<String>get("data"))
                    .isNotEmpty());
            measuresSaySo(replica);
        }
    }

    private static void measuresSaySo(Replica replica) {
        assertThat(Metrics.sum(replica, "sidecar_sizer_learning_windows_total")).isGreaterThanOrEqualTo(2);
        assertThat(Metrics.sum(replica, "sidecar_sizer_learning_samples_total")).isGreaterThanOrEqualTo(2 * 3);
        assertThat(Metrics.sum(replica, "sidecar_sizer_learning_statistics_total", "outcome=\"read\""))
                .isGreaterThanOrEqualTo(1);
        assertThat(Metrics.sum(replica, "sidecar_sizer_learning_source_failures_total"))
                .isZero();
        assertThat(Metrics.sum(replica, "sidecar_sizer_learning_pods_age_seconds"))
                .isZero();
    }

    private static List<String> quickly(int stats) {
        return List.of(
                "--sidecar-sizer.collect.direct.interval=5s",
                "--sidecar-sizer.collect.direct.window=" + WINDOW.toSeconds() + "s",
                "--sidecar-sizer.collect.direct.port=" + stats,
                "--sidecar-sizer.collect.direct.pods-per-minute=600",
                "--sidecar-sizer.collect.read-interval=500ms",
                "--sidecar-sizer.collect.write-interval=1s");
    }

    /** End of the last window that the profile knows; the epoch before the first. */
    private static Instant through(LearningCluster cluster) {
        return profile(cluster)
                .map(profile -> profile.status("observed", "lastSample"))
                .filter(text -> !text.isEmpty())
                .map(Instant::parse)
                .orElse(Instant.EPOCH);
    }

    private static Optional<Learned> profile(LearningCluster cluster) {
        return cluster.profile(SHOP, "deployment-reviews");
    }
}
