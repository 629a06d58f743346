package dev.sidecarsizer.collect.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.cluster.Wire;
import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.Pods.Known;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.store.ApiClient;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pods and their statuses, as a real API server tells of them. */
@ExtendWith(SharedControlPlane.class)
class LivePodsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant FIRST = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instant SECOND = FIRST.plusSeconds(25);

    private final ControlPlane plane;
    private final MeshPods pods;
    private final Wire wire;
    private final KubernetesClient client;
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
    private final List<OomKill> kills = new CopyOnWriteArrayList<>();
    private final Watched watched = new Watched();
    private final LivePods live;

    LivePodsIT(ControlPlane plane) {
        this.plane = plane;
        pods = new MeshPods(plane);
        wire = new Wire(plane);
        client = ApiClient.of(wire.config(plane.kubeconfig()));
        live = new LivePods(
                client,
                namespaces::contains,
                (namespace, labels) -> List.of(),
                pod -> false,
                Duration.ofHours(2),
                watched,
                (pod, kill) -> {
                    if (namespaces.contains(pod.name().namespace())) {
                        kills.add(kill);
                    }
                });
    }

    @AfterEach
    void stop() {
        live.close();
        client.close();
        wire.close();
    }

    @Test
    void seesPodsOfItsNamespacesComeChangeAndGo() {
        plane.createNamespace("live-in", Map.of());
        plane.createNamespace("live-out", Map.of());
        pods.create("live-in", "before", true, "256Mi");
        pods.create("live-out", "foreign", true, "256Mi");
        namespaces.add("live-in");

        live.start();
        await().atMost(PATIENCE).until(live::synced);
        assertThat(live.all()).extracting(pod -> pod.name().name()).containsExactly("before");
        assertThat(live.find(new PodName("live-out", "foreign"))).isEqualTo(new Known.NotOurs());
        assertThat(live.find(new PodName("live-in", "gone"))).isEqualTo(new Known.Unknown());

        pods.create("live-in", "classic", false, "512Mi");
        pods.create("live-in", "gone", true, "256Mi");
        await().atMost(PATIENCE).until(() -> live.all().size() == 3);
        assertThat(pod("live-in", "classic").nativeSidecar()).isFalse();
        assertThat(pod("live-in", "classic").running()).isFalse();
        assertThat(pod("live-in", "before").nativeSidecar()).isTrue();
        assertThat(pod("live-in", "before").limit()).isEqualTo(Bytes.mebi(256));

        pods.runs("live-in", "classic", "10.9.8.7");
        pods.delete("live-in", "gone");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(pod("live-in", "classic").running()).isTrue());
        assertThat(pod("live-in", "classic").ip()).isEqualTo("10.9.8.7");
        await().atMost(PATIENCE).until(() -> live.all().size() == 2);
        assertThat(found("live-in", "gone").lives()).isFalse();
        assertThat(found("live-in", "classic").lives()).isTrue();

        namespaces.add("live-out");
        assertThat(found("live-out", "foreign").lives()).isTrue();
    }

    @Test
    void tellsKillsOfBothKindsOfSidecarOnce() {
        plane.createNamespace("live-kills", Map.of());
        namespaces.add("live-kills");
        pods.create("live-kills", "native", true, "256Mi");
        pods.create("live-kills", "classic", false, "512Mi");
        pods.killed("live-kills", "native", Map.of("state", FIRST), null);

        live.start();
        await().atMost(PATIENCE).until(() -> kills.size() == 1);
        // it restarts, is killed again, and restarts; at last by a person
        pods.killed("live-kills", "native", Map.of("lastState", FIRST), null);
        pods.killed("live-kills", "native", Map.of("lastState", FIRST, "state", SECOND), null);
        pods.killed("live-kills", "native", Map.of("lastState", SECOND), null);
        pods.killed("live-kills", "classic", Map.of("state", SECOND.plusSeconds(1)), "384Mi");

        await().atMost(PATIENCE).until(() -> kills.size() == 3);
        assertThat(kills)
                .containsExactlyInAnyOrder(
                        new OomKill(FIRST, Bytes.mebi(256)),
                        new OomKill(SECOND, Bytes.mebi(256)),
                        new OomKill(SECOND.plusSeconds(1), Bytes.mebi(384)));
        assertThat(pod("live-kills", "classic").limit()).isEqualTo(Bytes.mebi(384));
    }

    @Test
    void aKillWhileTheApiServerWasAwayIsToldAfterwards() {
        plane.createNamespace("live-away", Map.of());
        namespaces.add("live-away");
        pods.create("live-away", "reviews", true, "256Mi");
        pods.create("live-away", "gone", true, "256Mi");
        live.start();
        await().atMost(PATIENCE).until(() -> live.synced() && age().isZero());

        wire.cut();
        await().atMost(PATIENCE).until(() -> !age().isZero());
        pods.killed("live-away", "reviews", Map.of("state", FIRST), null);
        pods.delete("live-away", "gone");
        assertThat(live.all()).hasSize(2);
        // mended sooner, nobody would have tried in vain
        await().atMost(PATIENCE).until(() -> watched.failures() > 0);

        wire.mend();
        await().atMost(PATIENCE).until(() -> kills.size() == 1 && live.all().size() == 1);
        assertThat(watched.failures()).isPositive();
    }

    private Duration age() {
        return watched.age().orElseThrow();
    }

    private LivePod pod(String namespace, String name) {
        return found(namespace, name).pod();
    }

    private Known.Ours found(String namespace, String name) {
        return (Known.Ours) live.find(new PodName(namespace, name));
    }
}
