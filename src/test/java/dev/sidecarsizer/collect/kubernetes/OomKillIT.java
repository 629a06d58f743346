package dev.sidecarsizer.collect.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.MemoryCgroup;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.envoy.RealEnvoy;
import dev.sidecarsizer.collect.envoy.SlowReaders;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.store.ApiClient;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The kernel kills a real Envoy, a pod's status says so, and the learning loop hears of it. Needs root for the cgroup. */
@Tag("mesh")
@ExtendWith(SharedControlPlane.class)
class OomKillIT {

    private static final Bytes LIMIT = Bytes.mebi(60);
    private static final int KILLED = 137;
    private static final int MOST_CLIENTS = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ControlPlane plane;

    OomKillIT(ControlPlane plane) {
        this.plane = plane;
    }

    @Test
    void aKilledEnvoyIsHeardOfWithTheLimitAtWhichItHappened(@TempDir Path folder) throws IOException {
        plane.createNamespace("oom-kill", Map.of());
        MeshPods pods = new MeshPods(plane);
        pods.create("oom-kill", "reviews", true, LIMIT.toString());
        List<OomKill> kills = new CopyOnWriteArrayList<>();
        try (KubernetesClient client =
                        ApiClient.of(Config.fromKubeconfig(plane.kubeconfig().toFile()));
                LivePods live = new LivePods(
                        client, "oom-kill"::equals, (namespace, labels) -> List.of(), (pod, kill) -> kills.add(kill))) {
            live.start();
            await().atMost(PATIENCE).until(live::synced);

            Instant killed = killAnEnvoy(folder);
            pods.killed("oom-kill", "reviews", Map.of("state", killed), LIMIT.toString());

            await().atMost(PATIENCE).until(() -> !kills.isEmpty());
            assertThat(kills).containsExactly(new OomKill(killed, LIMIT));
            assertThat(live.all()).extracting(LivePod::running).containsExactly(false);
        }
    }

    /** Lets it hold bodies that nobody reads until the kernel has had enough; tells when, as a kubelet would. */
    private static Instant killAnEnvoy(Path folder) throws IOException {
        try (MemoryCgroup cgroup = MemoryCgroup.ofLimit(LIMIT.value());
                SlowReaders readers = new SlowReaders();
                RealEnvoy envoy = RealEnvoy.start(folder, readers.upstream(), cgroup::inside)) {
            assertThat(cgroup.usage()).isPositive().isLessThan(LIMIT.value());
            assertThat(cgroup.oomKills()).isZero();

            for (int i = 0; i < MOST_CLIENTS && envoy.isAlive(); i++) {
                readers.ask(envoy.traffic());
            }

            assertThat(envoy.awaitExit(PATIENCE)).isEqualTo(KILLED);
            Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            assertThat(cgroup.oomKills()).isPositive();
            assertThat(cgroup.peak()).isCloseTo(LIMIT.value(), withPercentage(5));
            return at;
        }
    }
}
