package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.PrometheusServer;
import dev.sidecarsizer.collect.envoy.PodMetricsKind;
import dev.sidecarsizer.collect.envoy.RealEnvoy;
import dev.sidecarsizer.collect.envoy.SlowReaders;
import dev.sidecarsizer.istio.ShownVolume;
import dev.sidecarsizer.mesh.Bytes;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * A proxy whose memory stays where it refuses new connections is given more in place, and serves again without a restart:
 * real Envoy with the override that the webhook wrote, and a real API server; what the kubelet does is ours.
 */
@Tag("mesh")
class StuckProxyIT {

    private static final Logger LOG = LoggerFactory.getLogger(StuckProxyIT.class);
    private static final String SHOP = "stuck-shop";
    private static final String SIZED = "64Mi";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    /** A proxy is looked at once a window, and the shortest is a minute. */
    private static final Duration LOOKS = Duration.ofMinutes(4);

    private static final Path COMPONENT = Path.of("deploy", "components", "oom-loop");

    @Test
    void itServesAgainWithoutARestart(@TempDir Path folder) throws IOException {
        try (LearningCluster cluster = LearningCluster.start(SHOP);
                PodMetricsKind metrics = PodMetricsKind.installed(cluster.plane());
                SlowReaders readers = new SlowReaders()) {
            allow(cluster.plane(), "resize");
            PodCreation pod = sized(cluster, "1.31.0");
            ShownVolume volume = new ShownVolume(Files.createDirectory(folder.resolve("volume")));
            try (RealEnvoy envoy = envoy(folder, pod, volume, readers)) {
                Pause.until("new connections are closed", PATIENCE, () -> {
                    readers.ask(envoy.traffic());
                    return !serves(envoy);
                });
                try (Replica replica = cluster.serve(quickly(envoy.stats()))) {
                    String more = awaitMore(cluster, pod, () -> {
                        readers.ask(envoy.traffic());
                        metrics.sample(SHOP, pod.name(), Instant.now().truncatedTo(ChronoUnit.SECONDS), "60Mi");
                    });
                    assertThat(serves(envoy)).as("it is not carried out yet").isFalse();

                    volume.show(override(pod), Bytes.parse(more));
                    new Kubelet(cluster.plane(), SHOP).resized(pod.name(), more);

                    Pause.until("new connections are served", AT_ONCE, () -> serves(envoy));
                    Pause.until("that is told", PATIENCE, () -> events(cluster, "SidecarResized")
                            .anyMatch(message -> message.endsWith("/" + more + " now, in place")));
                    assertThat(events(cluster, "SidecarRefusesTraffic")).anySatisfy(message -> assertThat(message)
                            .startsWith("its sidecar refuses new connections most of the time, for want of memory,"
                                    + " at limit 64Mi. It is to get "));
                    assertThat(Metrics.sum(replica, "sidecar_sizer_oom_loops_total", "outcome=\"resized\""))
                            .isEqualTo(1);
                }
            }
        }
    }

    /** With every interval as shipped, and scraped as often as Istio's own Prometheus does. */
    @ParameterizedTest
    @CsvSource({"resize, 1.31.0", "evict, 1.30.0"})
    void prometheusTellsItSoonEnoughForHelpWithinAMinute(String relief, String istio, @TempDir Path folder)
            throws IOException {
        try (LearningCluster cluster = LearningCluster.start(SHOP);
                SlowReaders readers = new SlowReaders()) {
            allow(cluster.plane(), relief);
            PodCreation pod = sized(cluster, istio);
            ShownVolume volume = new ShownVolume(Files.createDirectory(folder.resolve("volume")));
            try (RealEnvoy envoy = envoy(folder, pod, volume, readers);
                    Cadvisor cadvisor = new Cadvisor(SHOP, pod.name(), envoy);
                    PrometheusServer prometheus = PrometheusServer.start(
                            cadvisor.configuration(), folder.resolve("prometheus"), Progress.onConsole());
                    Replica replica =
                            cluster.serve(List.of("--sidecar-sizer.collect.prometheus.url=" + prometheus.url()))) {
                Pause.until("it is scraped", A_MINUTE, () -> cadvisor.scrapes() > 1);
                assertThat(Metrics.sum(replica, "sidecar_sizer_learning_leader"))
                        .isEqualTo(1);
                Pause.until("new connections are closed", PATIENCE, () -> {
                    readers.ask(envoy.traffic());
                    return !serves(envoy);
                });
                Instant closed = Instant.now();

                if (relief.equals("resize")) {
                    Pause.until("more is asked for", A_MINUTE, () -> !limit(cluster, pod)
                            .equals(SIZED));
                    String more = limit(cluster, pod);
                    volume.show(override(pod), Bytes.parse(more));
                    new Kubelet(cluster.plane(), SHOP).resized(pod.name(), more);
                    Pause.until("new connections are served", AT_ONCE, () -> serves(envoy));
                } else {
                    Pause.until("it is evicted", A_MINUTE, () -> isEvicted(cluster, pod));
                }

                Duration took = Duration.between(closed, Instant.now());
                LOG.info("{} came after {}", relief, took);
                assertThat(took).isLessThan(A_MINUTE);
            }
        }
    }

    /** As the override has it that the webhook wrote on the pod; its readers stay, as those of raw TCP do. */
    private static RealEnvoy envoy(Path folder, PodCreation pod, ShownVolume volume, SlowReaders readers)
            throws IOException {
        volume.show(override(pod), Bytes.parse(SIZED));
        String shown = Files.readString(volume.override());
        return RealEnvoy.start(folder, readers.upstream(), command -> Stream.concat(
                        command.stream(), Stream.of("--config-yaml", shown))
                .toList());
    }

    private static String override(PodCreation pod) {
        return pod.annotation("sidecar-sizer.dev/bootstrap").orElseThrow();
    }

    /** Without a kubelet it goes on being there. */
    private static boolean isEvicted(LearningCluster cluster, PodCreation pod) {
        Pod now = cluster.plane()
                .admin()
                .pods()
                .inNamespace(SHOP)
                .withName(pod.name())
                .get();
        return now == null || now.getMetadata().getDeletionTimestamp() != null;
    }

    /** The limit that is asked for, once it is more. */
    private static String awaitMore(LearningCluster cluster, PodCreation pod, Runnable meanwhile) {
        Instant begun = Instant.now();
        while (limit(cluster, pod).equals(SIZED)) {
            assertThat(Instant.now()).as("it is asked for more").isBefore(begun.plus(LOOKS));
            meanwhile.run();
            Pause.ofMillis(4000);
        }
        assertThat(Instant.now()).as("not at the first look").isAfter(begun.plusSeconds(50));
        return limit(cluster, pod);
    }

    private static void allow(ControlPlane plane, String relief) throws IOException {
        for (String file : List.of("rbac.yaml", "policy.yaml")) {
            plane.apply(Files.readString(COMPONENT.resolve(file)));
        }
        plane.apply(
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata: {name: all, namespace: %s}
                spec: {oomLoop: %s}
                """
                        .formatted(SHOP, relief));
    }

    /** A pod that runs, as the webhook made it. */
    private static PodCreation sized(LearningCluster cluster, String istio) {
        RunningDeployment reviews = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
        LearntPast.write(cluster.plane(), SHOP, "reviews", Bytes.mebi(20));
        try (Replica replica = cluster.serve(List.of())) {
            Pause.until("pods are sized", PATIENCE, () -> cluster.pods()
                    .dryRun(SHOP, reviews.pod())
                    .orThrow()
                    .memory()
                    .endsWith("/" + SIZED));
            String image = reviews.pod().toString().replace("proxyv2:1.31.0", "proxyv2:" + istio);
            PodCreation pod = cluster.pods()
                    .create(SHOP, JsonMapper.shared().readTree(image))
                    .orThrow();
            reviews.runs(pod.name());
            assertThat(Metrics.sum(replica, "sidecar_sizer_reviews_total")).isPositive();
            return pod;
        }
    }

    private static List<String> quickly(int stats) {
        return List.of(
                "--sidecar-sizer.collect.direct.interval=5s",
                "--sidecar-sizer.collect.direct.window=60s",
                "--sidecar-sizer.collect.direct.port=" + stats,
                "--sidecar-sizer.collect.direct.pods-per-minute=600",
                "--sidecar-sizer.collect.read-interval=1s",
                "--sidecar-sizer.collect.write-interval=1s");
    }

    /** Whether a new connection gets an answer. */
    private static boolean serves(RealEnvoy envoy) {
        try (Socket fresh = new Socket(InetAddress.getLoopbackAddress(), envoy.traffic())) {
            fresh.setSoTimeout((int) PATIENCE.toMillis());
            fresh.getOutputStream()
                    .write("GET /alive HTTP/1.1\r\nHost: any\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return fresh.getInputStream().read() >= 0;
        } catch (SocketException reset) {
            return false;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** The proxy's memory limit that is asked for. */
    private static String limit(LearningCluster cluster, PodCreation pod) {
        return cluster
                .plane()
                .admin()
                .pods()
                .inNamespace(SHOP)
                .withName(pod.name())
                .require()
                .getSpec()
                .getInitContainers()
                .stream()
                .filter(container -> container.getName().equals("istio-proxy"))
                .map(container ->
                        String.valueOf(container.getResources().getLimits().get("memory")))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> events(LearningCluster cluster, String reason) {
        return cluster.plane().admin().v1().events().inNamespace(SHOP).list().getItems().stream()
                .filter(event -> event.getReason().equals(reason))
                .filter(event -> event.getInvolvedObject().getKind().equals("Pod"))
                .map(Event::getMessage);
    }
}
