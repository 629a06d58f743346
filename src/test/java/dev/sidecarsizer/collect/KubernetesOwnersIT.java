package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Owner;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From what a pod names as its controller to the workload's own object, in a real API server. */
@ExtendWith(SharedControlPlane.class)
class KubernetesOwnersIT {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String UID = "11111111-1111-4111-8111-111111111111";

    private final ControlPlane plane;
    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

    KubernetesOwnersIT(ControlPlane plane) {
        this.plane = plane;
    }

    @Test
    void findsWhatStandsBehindAController() {
        plane.createNamespace("owners-all", Map.of());
        apply("owners-all", "apps/v1", "ReplicaSet", "reviews-5d4c", "apps/v1", "Deployment", "reviews");
        apply("owners-all", "apps/v1", "ReplicaSet", "web-6d4c", "argoproj.io/v1alpha1", "Rollout", "web");
        apply("owners-all", "batch/v1", "Job", "nightly-29000000", "batch/v1", "CronJob", "nightly");
        apply("owners-all", "v1", "ReplicationController", "old-1", "apps.openshift.io/v1", "DeploymentConfig", "old");
        Owners owners = new KubernetesOwners(plane.admin(), now::get);

        assertFound(owners, "apps/v1", "ReplicaSet", "replicasets", "reviews-5d4c", "apps/v1", "Deployment", "reviews");
        assertFound(
                owners, "apps/v1", "ReplicaSet", "replicasets", "web-6d4c", "argoproj.io/v1alpha1", "Rollout", "web");
        assertFound(owners, "batch/v1", "Job", "jobs", "nightly-29000000", "batch/v1", "CronJob", "nightly");
        assertFound(
                owners,
                "v1",
                "ReplicationController",
                "replicationcontrollers",
                "old-1",
                "apps.openshift.io/v1",
                "DeploymentConfig",
                "old");
    }

    @Test
    void aControllerThatNothingStandsBehindIsTheWorkloadItself() {
        plane.createNamespace("owners-alone", Map.of());
        apply("owners-alone", "apps/v1", "ReplicaSet", "alone", null, null, null);
        Owners owners = new KubernetesOwners(plane.admin(), now::get);
        Owner alone = new Owner("apps/v1", "ReplicaSet", "alone", uid("owners-alone", "replicasets", "alone"));
        Owner set = new Owner("apps/v1", "StatefulSet", "db", UID);

        assertThat(owners.of(key("owners-alone", "apps", "ReplicaSet", "alone"), alone))
                .contains(alone);
        // asks nobody
        assertThat(owners.of(key("owners-alone", "apps", "StatefulSet", "db"), set))
                .contains(set);
        Owner custom = new Owner("example.org/v1", "ReplicaSet", "alone", UID);
        assertThat(owners.of(key("owners-alone", "example.org", "ReplicaSet", "alone"), custom))
                .contains(custom);
    }

    @Test
    void aWorkloadThatIsNoSingleObjectHasNoOwner() {
        Owners owners = new KubernetesOwners(plane.admin(), now::get);
        Owner run = new Owner("argoproj.io/v1alpha1", "Workflow", "report-x7k2p", UID);

        assertThat(owners.of(key("shop", "argoproj.io", "Workflow", "report"), run))
                .isEmpty();
    }

    @Test
    void whatIsGoneOrAnotherOfItsNameHasNoOwner() {
        plane.createNamespace("owners-gone", Map.of());
        apply("owners-gone", "apps/v1", "ReplicaSet", "reviews-5d4c", "apps/v1", "Deployment", "reviews");
        Owners owners = new KubernetesOwners(plane.admin(), now::get);
        WorkloadKey reviews = key("owners-gone", "apps", "Deployment", "reviews");

        assertThat(owners.of(reviews, new Owner("apps/v1", "ReplicaSet", "reviews-5d4c", UID)))
                .isEmpty();
        assertThat(owners.of(reviews, new Owner("apps/v1", "ReplicaSet", "reviews-77b9", UID)))
                .isEmpty();
    }

    @Test
    void withoutTheRightNoOwnerIsKnownUntilItIsGrantedAndThenItIsRemembered() {
        plane.createNamespace("owners-forbidden", Map.of());
        apply("owners-forbidden", "apps/v1", "ReplicaSet", "reviews-5d4c", "apps/v1", "Deployment", "reviews");
        Owner set = new Owner(
                "apps/v1", "ReplicaSet", "reviews-5d4c", uid("owners-forbidden", "replicasets", "reviews-5d4c"));
        WorkloadKey reviews = key("owners-forbidden", "apps", "Deployment", "reviews");
        Config nobody = Config.fromKubeconfig(
                plane.kubeconfigOf("owners-forbidden", "default").toFile());
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(nobody).build()) {
            Owners owners = new KubernetesOwners(client, now::get);
            assertThat(owners.of(reviews, set)).isEmpty();

            plane.apply(
                    """
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: Role
                    metadata: {name: owners, namespace: owners-forbidden}
                    rules: [{apiGroups: [apps], resources: [replicasets], verbs: [get]}]
                    ---
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: RoleBinding
                    metadata: {name: owners, namespace: owners-forbidden}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: owners}
                    subjects: [{kind: ServiceAccount, name: default, namespace: owners-forbidden}]
                    """);

            assertThat(owners.of(reviews, set)).as("is not asked again at once").isEmpty();

            // a refusal would be remembered once more
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> client.apps()
                                    .replicaSets()
                                    .inNamespace("owners-forbidden")
                                    .withName("reviews-5d4c")
                                    .get()
                            != null);
            now.set(NOON.plus(Duration.ofMinutes(11)));
            assertThat(owners.of(reviews, set)).map(Owner::name).contains("reviews");

            plane.admin()
                    .apps()
                    .replicaSets()
                    .inNamespace("owners-forbidden")
                    .withName("reviews-5d4c")
                    .delete();
            assertThat(owners.of(reviews, set)).as("is remembered").isPresent();
        }
    }

    private void assertFound(
            Owners owners,
            String version,
            String kind,
            String plural,
            String name,
            String ownerVersion,
            String ownerKind,
            String ownerName) {
        WorkloadKey workload = WorkloadKey.of("owners-all", ownerVersion, ownerKind, ownerName);
        Owner controller = new Owner(version, kind, name, uid("owners-all", plural, name));

        assertThat(owners.of(workload, controller)).contains(new Owner(ownerVersion, ownerKind, ownerName, UID));
    }

    private void apply(
            String namespace,
            String version,
            String kind,
            String name,
            @Nullable String ownerVersion,
            @Nullable String ownerKind,
            @Nullable String ownerName) {
        String owners = ownerKind == null
                ? "[]"
                : "[{apiVersion: %s, kind: %s, name: %s, uid: %s, controller: true}]"
                        .formatted(ownerVersion, ownerKind, ownerName, UID);
        String selector =
                switch (kind) {
                    case "Job" -> "";
                    case "ReplicationController" -> "selector: {app: a}, ";
                    default -> "selector: {matchLabels: {app: a}}, ";
                };
        String restart = kind.equals("Job") ? "restartPolicy: Never, " : "";
        plane.apply(
                """
                apiVersion: %s
                kind: %s
                metadata: {name: %s, namespace: %s, ownerReferences: %s}
                spec: {%stemplate: {metadata: {labels: {app: a}}, spec: {%scontainers: [{name: a, image: example.org/a}]}}}
                """
                        .formatted(version, kind, name, namespace, owners, selector, restart));
    }

    private String uid(String namespace, String plural, String name) {
        return plane.kubectl("", "get", plural, name, "-n", namespace, "-o", "jsonpath={.metadata.uid}")
                .orThrow()
                .out()
                .strip();
    }

    private static WorkloadKey key(String namespace, String group, String kind, String name) {
        return new WorkloadKey(namespace, group, kind, name);
    }
}
