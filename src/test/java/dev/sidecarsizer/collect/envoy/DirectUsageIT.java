package dev.sidecarsizer.collect.envoy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.SomePod;
import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.UsageSource.Now;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.collect.kubernetes.LivePods;
import dev.sidecarsizer.collect.kubernetes.MeshPods;
import dev.sidecarsizer.collect.kubernetes.Watched;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.ApiClient;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Usage by the metrics API's paths of a real API server, and by the statistics of a real Envoy. */
@Tag("mesh")
@ExtendWith(SharedControlPlane.class)
class DirectUsageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration WINDOW = Duration.ofHours(1);

    private final ControlPlane plane;
    private final MeshPods pods;
    private final Looked looked = new Looked();

    DirectUsageIT(ControlPlane plane) {
        this.plane = plane;
        pods = new MeshPods(plane);
    }

    @Test
    void tellsWhatProxiesUseAndWhatDrivesIt(@TempDir Path folder) throws IOException {
        plane.createNamespace("direct-usage", Map.of());
        pods.create("direct-usage", "reviews", true, "256Mi");
        pods.create("direct-usage", "ratings", false, "256Mi");
        pods.runs("direct-usage", "reviews", "127.0.0.1");
        try (SlowReaders readers = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), command -> command);
                PodMetricsKind metrics = PodMetricsKind.installed(plane);
                KubernetesClient client = client(plane.kubeconfig());
                LivePods live = new LivePods(
                        client,
                        "direct-usage"::equals,
                        (namespace, labels) -> List.of(),
                        pod -> false,
                        WINDOW,
                        new Watched(),
                        (pod, kill) -> {});
                DirectUsage usage = new DirectUsage(
                        client, live::all, new DirectSettings(INTERVAL, WINDOW, envoy.stats(), 600, 2), looked)) {
            Instant first = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(20);
            metrics.sample("direct-usage", "reviews", first, "61Mi");
            metrics.sample("direct-usage", "ratings", first, "70Mi");
            metrics.sample("direct-usage", "not-ours", first, "80Mi");
            live.start();
            await().atMost(PATIENCE).until(live::synced);
            usage.start();
            await().atMost(PATIENCE).until(() -> looked.samples() == 2);
            metrics.sample("direct-usage", "reviews", first.plusSeconds(10), "75Mi");
            await().atMost(PATIENCE).until(() -> looked.samples() == 3 && looked.reads() > 0);
            // the same samples are served again and again
            await().during(INTERVAL.plusSeconds(2)).atMost(PATIENCE).until(() -> looked.samples() == 3);

            Map<PodName, Now> now = usage.now(Instant.now());
            Now reviews = requireNonNull(now.get(new PodName("direct-usage", "reviews")));
            assertThat(reviews.memory()).isEqualTo(Bytes.mebi(75));
            assertThat(reviews.facts().memory().allocated())
                    .as("of a proxy that begins")
                    .isNull();
            assertThat(reviews.facts().memory().physical()).isNotNull();
            assertThat(reviews.facts().memory().heap()).isNotNull();
            assertThat(reviews.facts().runtime().concurrency()).isEqualTo(2);
            assertThat(reviews.facts().makeup().clusters()).isEqualTo(2);
            assertThat(requireNonNull(reviews.facts().load().connections())).isPositive();
            assertThat(reviews.facts().runtime().image()).isEqualTo("docker.io/istio/proxyv2:1.31.0");
            // stock Envoy has no telemetry of Istio's: that it has no raw TCP is not claimed
            assertThat(reviews.facts().traffic().rawTcp()).isNull();
            assertThat(requireNonNull(usage.now(Instant.now()).get(new PodName("direct-usage", "reviews")))
                            .at())
                    .as("one look, however often it is told")
                    .isEqualTo(reviews.at());
            Now ratings = requireNonNull(now.get(new PodName("direct-usage", "ratings")));
            assertThat(ratings.facts().memory().allocated()).isNull();
            assertThat(ratings.facts().runtime().nativeSidecar()).isFalse();
            assertThat(now).hasSize(2);

            List<Seen> seen = read(usage, Instant.now().plus(WINDOW.multipliedBy(2)));
            assertThat(seen.stream().mapToInt(one -> one.window().samples()).sum())
                    .isEqualTo(3);
            assertThat(seen)
                    .filteredOn(one -> one.window().pod().name().equals("reviews"))
                    .allSatisfy(one ->
                            assertThat(one.workload()).contains(new WorkloadKey("direct-usage", "", "Pod", "reviews")))
                    .extracting(one -> one.window().peak())
                    .contains(Bytes.mebi(75));
            assertThat(read(usage, Instant.now().plus(WINDOW.multipliedBy(2)))).isEmpty();
        }
    }

    @Test
    void saysWhatToInstallOrToGrantAndGoesOnWhenThatIsDone() throws IOException {
        plane.createNamespace("direct-missing", Map.of());
        Path nobody = plane.kubeconfigOf("direct-missing", "default");
        List<LivePod> one = List.of(pod("direct-missing", "reviews"));
        try (KubernetesClient admin = client(plane.kubeconfig());
                KubernetesClient without = client(nobody);
                DirectUsage usage = new DirectUsage(admin, () -> one, quiet(), looked);
                DirectUsage refused = new DirectUsage(without, () -> one, quiet(), new Looked())) {
            usage.start();
            await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> read(usage, Instant.now()))
                    .isInstanceOf(SourceFailed.class)
                    .hasMessageContaining("metrics.k8s.io/v1beta1 is not served")
                    .hasMessageContaining("install metrics-server")
                    .satisfies(fault ->
                            assertThat(((SourceFailed) fault).lasting()).isTrue()));

            try (PodMetricsKind metrics = PodMetricsKind.installed(plane)) {
                metrics.sample("direct-missing", "reviews", Instant.now(), "61Mi");
                refused.start();
                await().atMost(PATIENCE).until(() -> looked.samples() == 1);
                read(usage, Instant.now());
                await().atMost(PATIENCE).untilAsserted(() -> assertThatThrownBy(() -> read(refused, Instant.now()))
                        .isInstanceOf(SourceFailed.class)
                        .hasMessageContaining("grant list on them to our ServiceAccount")
                        .satisfies(fault ->
                                assertThat(((SourceFailed) fault).lasting()).isTrue()));
            }
        }
    }

    @Test
    void readsPageByPage() throws IOException, InterruptedException {
        plane.createNamespace("direct-pages", Map.of());
        try (PodMetricsKind metrics = PodMetricsKind.installed(plane);
                KubernetesClient client = client(plane.kubeconfig())) {
            for (int i = 0; i < 5; i++) {
                metrics.sample("direct-pages", "pod-" + i, Instant.now(), "61Mi");
            }
            List<Sample> samples = new ArrayList<>();

            new MetricsApi(client, PATIENCE, 2).read(List.of("direct-pages"), samples::add);

            assertThat(samples)
                    .extracting(sample -> sample.pod().name())
                    .containsExactly("pod-0", "pod-1", "pod-2", "pod-3", "pod-4");
            samples.clear();
            new MetricsApi(client, PATIENCE, 2).read(List.of(), samples::add);
            assertThat(samples).hasSize(5);
        }
    }

    private static List<Seen> read(DirectUsage usage, Instant until) {
        List<Seen> seen = new ArrayList<>();
        usage.read(Instant.EPOCH, until, (end, pods) -> seen.addAll(pods));
        return seen;
    }

    private static DirectSettings quiet() {
        return new DirectSettings(INTERVAL, WINDOW, 1, 0, 1);
    }

    private static KubernetesClient client(Path kubeconfig) {
        return ApiClient.of(Config.fromKubeconfig(kubeconfig.toFile()));
    }

    private static LivePod pod(String namespace, String name) {
        return SomePod.named(namespace, name).of(name).ip(null).build();
    }
}
