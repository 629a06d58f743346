package dev.sidecarsizer.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.cluster.Wire;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The store on a real API server: what it sees, and what it does when the API server, a kind or a right is gone. */
@ExtendWith(SharedControlPlane.class)
class StoreIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OURS = "store-it-sizer";

    private final ControlPlane plane;
    private final Wire wire;
    private final KubernetesClient client;
    private final KubernetesStore store;

    StoreIT(ControlPlane plane) {
        this.plane = plane;
        wire = new Wire(plane);
        client = ApiClient.of(wire.config(plane.kubeconfig()));
        store = new KubernetesStore(client, OURS, Onlooker.NONE, null, 1);
    }

    @BeforeEach
    void installTheKinds() {
        plane.applyKinds();
    }

    @AfterEach
    void stop() {
        store.close();
        client.close();
        wire.close();
    }

    @Test
    void seesAllThatHasASayAndItsChanges() {
        plane.createNamespace("store-sees", Map.of(Mode.LABEL, "enforce"));
        WorkloadKey reviews = deployment("store-sees", "reviews");
        Profiles.put(plane, "store-sees", "deployment-reviews", "reviews", "192Mi");
        plane.apply(
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata: {name: all, namespace: store-sees}
                spec: {ceiling: 2Gi}
                ---
                apiVersion: v1
                kind: LimitRange
                metadata: {name: range, namespace: store-sees}
                spec: {limits: [{type: Container, max: {memory: 1Gi}, min: {memory: 32Mi}}]}
                ---
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: quota, namespace: store-sees}
                spec: {hard: {requests.memory: 10Gi}}
                ---
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: scaler, namespace: store-sees}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: reviews}
                  maxReplicas: 3
                  metrics: [{type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 80}}}]
                """);
        start();

        assertThat(requireNonNull(store.profiles().of(reviews, null, null).workload())
                        .recommendation())
                .isEqualTo(new MemoryProfile.Recommendation(Bytes.mebi(96), Bytes.mebi(192), null));
        assertThat(store.policies().of("store-sees", Map.of()).ceiling()).isEqualTo(Bytes.mebi(2048));
        assertThat(store.surroundings().mode("store-sees")).contains(Mode.ENFORCE);
        assertThat(store.surroundings().of(reviews))
                .isEqualTo(new Surroundings(
                        List.of(new MemoryRange(false, Bytes.mebi(32), Bytes.mebi(1024), null)), true, true, false));

        Profiles.put(plane, "store-sees", "deployment-reviews", "reviews", "256Mi");
        plane.admin().namespaces().withName("store-sees").edit(namespace -> {
            namespace.getMetadata().getLabels().put(Mode.LABEL, "audit");
            return namespace;
        });
        plane.admin().limitRanges().inNamespace("store-sees").withName("range").delete();
        plane.admin()
                .resourceQuotas()
                .inNamespace("store-sees")
                .withName("quota")
                .delete();
        plane.admin()
                .autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace("store-sees")
                .withName("scaler")
                .delete();
        client.genericKubernetesResources(WatchedKind.POLICIES.context())
                .inNamespace("store-sees")
                .withName("all")
                .delete();

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(limit(reviews)).isEqualTo(Bytes.mebi(256));
            assertThat(store.surroundings().mode("store-sees")).contains(Mode.AUDIT);
            assertThat(store.surroundings().of(reviews)).isEqualTo(Surroundings.NONE);
            assertThat(store.policies().of("store-sees", Map.of())).isEqualTo(SizingPolicy.DEFAULT);
        });
        Profiles.delete(plane, "store-sees", "deployment-reviews");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        store.profiles().of(reviews, null, null).workload())
                .isNull());
    }

    @Test
    void keepsWhatItKnowsWhileTheApiServerIsAwayAndCatchesUp() {
        plane.createNamespace("store-away", Map.of(Mode.LABEL, "enforce"));
        WorkloadKey changed = deployment("store-away", "changed");
        WorkloadKey gone = deployment("store-away", "gone");
        WorkloadKey added = deployment("store-away", "added");
        Profiles.put(plane, "store-away", "changed", "changed", "192Mi");
        Profiles.put(plane, "store-away", "gone", "gone", "192Mi");
        start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(store.ages().values()).containsOnly(Duration.ZERO));

        wire.cut();
        Profiles.put(plane, "store-away", "changed", "changed", "320Mi");
        Profiles.put(plane, "store-away", "added", "added", "192Mi");
        Profiles.delete(plane, "store-away", "gone");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(store.ages().values())
                .allSatisfy(age -> assertThat(age).isGreaterThan(Duration.ofSeconds(1))));
        assertThat(limit(changed)).isEqualTo(Bytes.mebi(192));
        assertThat(limit(gone)).isEqualTo(Bytes.mebi(192));
        assertThat(store.failures().get("sidecarprofiles")).isPositive();

        wire.mend();

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(store.ages().values()).containsOnly(Duration.ZERO);
            assertThat(limit(changed)).isEqualTo(Bytes.mebi(320));
            assertThat(limit(added)).isEqualTo(Bytes.mebi(192));
            assertThat(store.profiles().of(gone, null, null).workload()).isNull();
        });
    }

    @Test
    void startsWhileTheApiServerIsDownAndWaitsForIt() throws InterruptedException {
        plane.createNamespace("store-early", Map.of(Mode.LABEL, "enforce"));
        Profiles.put(plane, "store-early", "reviews", "reviews", "192Mi");
        wire.cut();

        store.start();
        Thread.sleep(1500);

        assertThat(store.unsynced()).contains("sidecarprofiles", "namespaces", "limitranges");
        assertThat(store.surroundings().mode("store-early")).isEmpty();

        wire.mend();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(store.unsynced()).isEmpty());
        assertThat(limit(deployment("store-early", "reviews"))).isEqualTo(Bytes.mebi(192));
    }

    /** What an API server says after a restart, or where a watch was away for long. */
    @Test
    void listsAnewWhereItsVersionIsTooOld() throws IOException {
        plane.createNamespace("store-gone", Map.of());
        WorkloadKey reviews = deployment("store-gone", "reviews");
        try (TamperedWire old = TamperedWire.agingLists(plane, "sidecarprofiles", 2);
                KubernetesClient through = ApiClient.of(old.config());
                KubernetesStore late = new KubernetesStore(through, OURS, Onlooker.NONE, null, 1)) {
            late.start();
            Profiles.put(plane, "store-gone", "reviews", "reviews", "192Mi");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            late.profiles().of(reviews, null, null).workload())
                    .isNotNull());
            Profiles.delete(plane, "store-gone", "reviews");
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            late.profiles().of(reviews, null, null).workload())
                    .isNull());
        }
    }

    @Test
    void survivesTheEndOfItsKindAndSeesItsReturn() {
        plane.createNamespace("store-kind", Map.of());
        WorkloadKey reviews = deployment("store-kind", "reviews");
        Profiles.put(plane, "store-kind", "reviews", "reviews", "192Mi");
        start();
        assertThat(limit(reviews)).isEqualTo(Bytes.mebi(192));

        Profiles.deleteKind(plane);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(store.ages().get("sidecarprofiles"))
                .isGreaterThan(Duration.ofSeconds(1)));
        // the other kinds go on
        plane.createNamespace("store-kind-later", Map.of(Mode.LABEL, "audit"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(store.surroundings().mode("store-kind-later"))
                        .contains(Mode.AUDIT));

        installTheKinds();
        Profiles.put(plane, "store-kind", "reviews", "reviews", "256Mi");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(limit(reviews)).isEqualTo(Bytes.mebi(256)));
    }

    private void start() {
        store.start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(store.unsynced()).isEmpty());
    }

    private Bytes limit(WorkloadKey workload) {
        return Optional.ofNullable(store.profiles().of(workload, null, null).workload())
                .flatMap(profile -> Optional.ofNullable(profile.recommendation()))
                .map(MemoryProfile.Recommendation::memoryLimit)
                .orElse(Bytes.ZERO);
    }

    private static WorkloadKey deployment(String namespace, String name) {
        return new WorkloadKey(namespace, "apps", "Deployment", name);
    }
}
