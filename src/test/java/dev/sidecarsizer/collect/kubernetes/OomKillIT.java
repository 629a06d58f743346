package dev.sidecarsizer.collect.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.envoy.KilledEnvoy;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.store.ApiClient;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
                        client,
                        "oom-kill"::equals,
                        (namespace, labels) -> List.of(),
                        pod -> false,
                        PATIENCE,
                        new Watched(),
                        (pod, kill) -> kills.add(kill))) {
            live.start();
            await().atMost(PATIENCE).until(live::synced);

            Instant killed = KilledEnvoy.at(LIMIT, folder);
            pods.killed("oom-kill", "reviews", Map.of("state", killed), LIMIT.toString());

            await().atMost(PATIENCE).until(() -> !kills.isEmpty());
            assertThat(kills).containsExactly(new OomKill(killed, LIMIT));
            assertThat(live.all()).extracting(LivePod::running).containsExactly(false);
        }
    }
}
