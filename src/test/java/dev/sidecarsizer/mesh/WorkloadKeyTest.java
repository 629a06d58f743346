package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkloadKeyTest {

    @Test
    void outlivesAVersionOfItsApi() {
        assertThat(WorkloadKey.of("shop", "argoproj.io/v1alpha1", "Rollout", "reviews"))
                .isEqualTo(WorkloadKey.of("shop", "argoproj.io/v1", "Rollout", "reviews"))
                .isNotEqualTo(WorkloadKey.of("shop", "apps/v1", "Rollout", "reviews"))
                .hasToString("shop/Rollout/reviews");
    }

    @Test
    void hasAnEmptyGroupInTheCore() {
        assertThat(WorkloadKey.of("shop", "v1", "Pod", "reviews"))
                .isEqualTo(new WorkloadKey("shop", "", "Pod", "reviews"));
    }

    @Test
    void comparesNamesAsFarAsAReplicaSetsNameShowsThem() {
        String name = "r".repeat(253);
        String replicaSet = name.substring(0, 242) + "-" + "5d8c7b9f6c";
        assertThat(replicaSet).hasSize(253);
        Pod pod = Pods.of(
                """
                metadata:
                  labels: {pod-template-hash: 5d8c7b9f6c}
                  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: %s, controller: true}]
                spec: {}
                """
                        .formatted(replicaSet));
        assertThat(Ownership.workload(pod, java.util.List.of()))
                .isEqualTo(WorkloadKey.of("shop", "apps/v1", "Deployment", name));
    }
}
