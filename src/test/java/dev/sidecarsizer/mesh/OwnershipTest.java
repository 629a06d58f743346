package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnershipTest {

    @ParameterizedTest
    @CsvSource({
        "apps/v1, StatefulSet, orders-db, apps/v1, StatefulSet, orders-db",
        "apps/v1, DaemonSet, collector, apps/v1, DaemonSet, collector",
        "batch/v1, Job, import, batch/v1, Job, import",
        "batch/v1, Job, import-2026, batch/v1, Job, import-2026",
        "batch/v1, Job, nightly-29412345, batch/v1, CronJob, nightly",
        "batch/v1, Job, nightly-2941234567, batch/v1, CronJob, nightly",
        "batch/v1, Job, nightly-29412345678, batch/v1, Job, nightly-29412345678",
        "batch/v1, Job, 29412345, batch/v1, Job, 29412345",
        "v1, ReplicationController, legacy, v1, ReplicationController, legacy",
        "apps/v1, ReplicaSet, alone, apps/v1, ReplicaSet, alone",
        "games.example/v2, GameServer, arena, games.example/v1, GameServer, arena"
    })
    void isTheControllersOrWhatStandsBehindIt(
            String apiVersion, String kind, String name, String version, String workload, String workloadName) {
        Pod pod = owned(apiVersion, kind, name, "{}");
        assertThat(Ownership.workload(pod, List.of()))
                .isEqualTo(WorkloadKey.of("shop", version, workload, workloadName));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reviews-7d9c5b6f4 | {pod-template-hash: 7d9c5b6f4} | apps/v1 | Deployment | reviews",
                "reviews-7d9c5b6f4 | {pod-template-hash: other} | apps/v1 | ReplicaSet | reviews-7d9c5b6f4",
                "reviews-7d9c5b6f4 | {pod-template-hash: ''} | apps/v1 | ReplicaSet | reviews-7d9c5b6f4",
                "reviews-5cf8 | {rollouts-pod-template-hash: 5cf8} | argoproj.io/v1alpha1 | Rollout | reviews",
                "reviews-5cf8 | {rollouts-pod-template-hash: 5cf8, pod-template-hash: 5cf8} | argoproj.io/v1 | Rollout"
                        + " | reviews",
            })
    void ofAReplicaSetIsFoundByTheHashInItsName(
            String name, String labels, String apiVersion, String kind, String workload) {
        assertThat(Ownership.workload(owned("apps/v1", "ReplicaSet", name, labels), List.of()))
                .isEqualTo(WorkloadKey.of("shop", apiVersion, kind, workload));
    }

    @Test
    void ofAReplicationControllerIsTheDeploymentConfigThatItsLabelNames() {
        Pod pod = owned("v1", "ReplicationController", "legacy-3", "{deploymentconfig: legacy}");
        assertThat(Ownership.workload(pod, List.of()))
                .isEqualTo(WorkloadKey.of("shop", "apps.openshift.io/v1", "DeploymentConfig", "legacy"));
    }

    @ParameterizedTest
    @CsvSource({
        "{name: debug}, debug",
        "{generateName: runner-}, runner",
        "{generateName: runner}, runner",
        "'{generateName: runner-, name: runner-x7k2p}', runner"
    })
    void ofABarePodIsWhatItsNameHasInCommonWithItsLikes(String metadata, String name) {
        Pod pod = Pods.of("{metadata: " + metadata + ", spec: {}}");
        assertThat(Ownership.workload(pod, List.of())).isEqualTo(WorkloadKey.of("shop", "v1", "Pod", name));
    }

    @Test
    void isNotAnOwnerThatDoesNotControl() {
        Pod pod = Pods.of(
                """
                metadata:
                  name: debug
                  ownerReferences:
                    - {apiVersion: v1, kind: Node, name: node-1}
                    - {apiVersion: v1, kind: Secret, name: token, controller: false}
                spec: {}
                """);
        assertThat(Ownership.workload(pod, List.of()).kind()).isEqualTo("Pod");
    }

    @Test
    void isNamedByLabelsWhereOwnersHaveNewNamesEveryTime() {
        List<String> groupBy = List.of("workflows.example/template", "team");
        String labels = "{workflows.example/template: etl, team: data}";
        assertThat(Ownership.workload(owned("argoproj.io/v1alpha1", "Workflow", "etl-x7k2p", labels), groupBy))
                .isEqualTo(WorkloadKey.of("shop", "argoproj.io/v1alpha1", "Workflow", "etl.data"));
        assertThat(Ownership.workload(Pods.of("{metadata: {labels: " + labels + "}, spec: {}}"), groupBy))
                .isEqualTo(WorkloadKey.of("shop", "v1", "Pod", "etl.data"));
    }

    @Test
    void isTheOwnersWhereOneOfThoseLabelsIsMissing() {
        Pod pod = owned("argoproj.io/v1alpha1", "Workflow", "etl-x7k2p", "{team: data}");
        assertThat(Ownership.workload(pod, List.of("workflows.example/template", "team")))
                .isEqualTo(WorkloadKey.of("shop", "argoproj.io/v1alpha1", "Workflow", "etl-x7k2p"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{pod-template-hash: 7d9c5b6f4} | 7d9c5b6f4",
                "{controller-revision-hash: orders-db-6c8f} | orders-db-6c8f",
                "{rollouts-pod-template-hash: 5cf8, pod-template-hash: 7d9c} | 5cf8"
            })
    void knowsTheRevision(String labels, String revision) {
        assertThat(Ownership.revision(Pods.of("{metadata: {labels: " + labels + "}, spec: {}}")))
                .contains(revision);
    }

    /** The API server does not look how long they are in an owner reference, and a workload is remembered by them. */
    @Test
    void refusesAControllerWhoseKindIsLongerThanAny() {
        for (Pod pod : List.of(
                owned("apps/v1", "K".repeat(64), "reviews", "{}"),
                owned("a".repeat(318), "Deployment", "reviews", "{}"))) {
            assertThatExceptionOfType(MalformedPod.class).isThrownBy(() -> Ownership.workload(pod, List.of()));
        }
    }

    @Test
    void survivesMetadataThatSaysNothing() {
        for (String metadata : List.of(
                "{}",
                "{ownerReferences: null, labels: null}",
                "{ownerReferences: [null, 7, {}], labels: []}",
                "{ownerReferences: [{controller: true}]}")) {
            Pod pod = Pods.of("{metadata: " + metadata + ", spec: {}}");
            assertThat(Ownership.workload(pod, List.of("team")).namespace()).isEqualTo("shop");
            assertThat(Ownership.revision(pod)).isEmpty();
        }
    }

    private static Pod owned(String apiVersion, String kind, String name, String labels) {
        return Pods.of(
                """
                metadata:
                  labels: %s
                  ownerReferences:
                    - {apiVersion: v1, kind: ConfigMap, name: beside}
                    - {apiVersion: %s, kind: %s, name: '%s', controller: true}
                spec: {}
                """
                        .formatted(labels, apiVersion, kind, name));
    }
}
