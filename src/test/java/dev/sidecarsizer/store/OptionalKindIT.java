package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.mesh.WorkloadKey;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kinds that a cluster may not have, and rights that we may not have. */
@ExtendWith(SharedControlPlane.class)
class OptionalKindIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String AUTOSCALERS = "verticalpodautoscalers";

    private final ControlPlane plane;

    OptionalKindIT(ControlPlane plane) {
        this.plane = plane;
        plane.applyKinds();
    }

    @AfterEach
    void removeTheVerticalPodAutoscaler() {
        deleteAutoscalerKind();
    }

    @Test
    void aVerticalPodAutoscalerIsHeardFromWhenItComesUntilItGoes() throws IOException {
        plane.createNamespace("optional-kind", Map.of());
        WorkloadKey reviews = new WorkloadKey("optional-kind", "apps", "Deployment", "reviews");
        try (KubernetesClient client =
                        ApiClient.of(Config.fromKubeconfig(plane.kubeconfig().toFile()));
                KubernetesStore store = new KubernetesStore(client, "optional-kind", Onlooker.NONE, null, 1)) {
            store.start();
            await().atMost(PATIENCE).until(() -> store.unsynced().isEmpty());
            await().atMost(PATIENCE).until(store::isComplete);
            assertThat(store.ages()).doesNotContainKey(AUTOSCALERS);
            assertThat(store.surroundings().of(reviews).vpaOwnsProxy()).isFalse();

            installAutoscalerKind();
            plane.apply(
                    """
                    apiVersion: autoscaling.k8s.io/v1
                    kind: VerticalPodAutoscaler
                    metadata: {name: reviews, namespace: optional-kind}
                    spec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: reviews}}
                    """);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            store.surroundings().of(reviews).vpaOwnsProxy())
                    .isTrue());
            assertThat(store.ages()).containsKey(AUTOSCALERS);
            whoStartsNowIsNotCompleteBeforeItIsHeard(client, reviews);

            deleteAutoscalerKind();

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(store.surroundings().of(reviews).vpaOwnsProxy()).isFalse();
                assertThat(store.ages()).doesNotContainKey(AUTOSCALERS);
            });
        }
    }

    /** A leader that began before would take the autoscaler for gone. */
    private static void whoStartsNowIsNotCompleteBeforeItIsHeard(KubernetesClient client, WorkloadKey reviews) {
        try (KubernetesStore store = new KubernetesStore(client, "optional-kind", Onlooker.NONE, null, 1)) {
            store.start();
            await().pollInterval(Duration.ofMillis(1)).atMost(PATIENCE).until(store::isComplete);
            assertThat(store.autoscalers().over(reviews)).hasSize(1);
        }
    }

    @Test
    void aRightThatIsMissingIsToldAndOnlyTheOptionalOneIsDoneWithout() throws IOException {
        plane.createNamespace("missing-right", Map.of());
        installAutoscalerKind();
        plane.apply(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: missing-right}
                rules:
                - {apiGroups: [""], resources: [namespaces, resourcequotas, configmaps], verbs: [list, watch]}
                - {apiGroups: [sidecar-sizer.dev], resources: [sidecarprofiles, sidecarpolicies], verbs: [list, watch]}
                - {apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [list, watch]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: missing-right}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: missing-right}
                subjects: [{kind: ServiceAccount, name: default, namespace: missing-right}]
                """);
        Path kubeconfig = plane.kubeconfigOf("missing-right", "default");
        try (KubernetesClient client = ApiClient.of(Config.fromKubeconfig(kubeconfig.toFile()));
                KubernetesStore store = new KubernetesStore(client, "missing-right", Onlooker.NONE, null, 1)) {
            store.start();

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(store.unsynced()).containsExactly("limitranges");
                assertThat(store.failures().get("limitranges")).isPositive();
                assertThat(store.failures().get(AUTOSCALERS)).isPositive();
            });
            assertThat(store.isComplete()).isFalse();

            plane.admin().rbac().clusterRoles().withName("missing-right").edit(role -> {
                role.getRules().getFirst().getResources().add("limitranges");
                return role;
            });

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(store.unsynced()).isEmpty());
            assertThat(store.isComplete()).isTrue();
            assertThat(store.ages().get(AUTOSCALERS)).isPositive();
        } finally {
            plane.admin().rbac().clusterRoleBindings().withName("missing-right").delete();
            plane.admin().rbac().clusterRoles().withName("missing-right").delete();
        }
    }

    private void installAutoscalerKind() throws IOException {
        try (var stored = OptionalKindIT.class.getResourceAsStream("/vertical-pod-autoscaler-crd.yaml")) {
            assertThat(stored).isNotNull();
            plane.apply(new String(stored.readAllBytes(), StandardCharsets.UTF_8));
        }
        await().atMost(PATIENCE).until(this::isServed);
    }

    private boolean isServed() {
        try {
            var resources = plane.admin().getApiResources("autoscaling.k8s.io/v1");
            return resources != null && !resources.getResources().isEmpty();
        } catch (KubernetesClientException notYet) {
            return false;
        }
    }

    private void deleteAutoscalerKind() {
        var kind = plane.admin()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("verticalpodautoscalers.autoscaling.k8s.io");
        kind.delete();
        // it goes after all of its kind, and others wait for all kinds there are
        await().atMost(PATIENCE).until(() -> kind.get() == null);
    }
}
