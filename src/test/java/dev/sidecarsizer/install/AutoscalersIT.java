package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.GoPart;
import dev.sidecarsizer.install.LearningCluster.Learned;
import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who else resizes or scales a workload stands in its profile, also after a change of leader, until it goes. */
@Tag("mesh")
class AutoscalersIT {

    private static final String SHOP = "autoscaled-shop";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> QUICKLY =
            List.of("--sidecar-sizer.collect.read-interval=1s", "--sidecar-sizer.collect.write-interval=1s");

    @Test
    void comesAndGoesWithTheObject() throws IOException {
        try (LearningCluster cluster = LearningCluster.start(SHOP)) {
            RunningDeployment payments = RunningDeployment.of(cluster, SHOP, InjectedPod.PAYMENTS);
            LearntPast.write(cluster.plane(), SHOP, "payments", Bytes.mebi(100));
            try (Replica replica = cluster.serve(QUICKLY)) {
                payments.run();
                cluster.plane().apply(horizontal());
                await(cluster, "the horizontal one is told", "HorizontalPodAutoscaler payments [memory]");
                assertThat(autoscalers(cluster).getFirst().get("metrics"))
                        .isEqualTo(List.of(
                                Map.of("type", "Resource", "resource", "memory", "target", "Utilization"),
                                Map.of(
                                        "type", "ContainerResource",
                                        "resource", "cpu",
                                        "container", "app",
                                        "target", "Utilization")));

                installVerticalPodAutoscalers(cluster);
                cluster.plane().apply(vertical());
                assertThat(terms(replica)).isEqualTo(1);
                await(
                        cluster,
                        "both are told",
                        "HorizontalPodAutoscaler payments [memory]",
                        "VerticalPodAutoscaler payments [cpu, memory]");
            }
            cluster.plane()
                    .kubectl("", "delete", "hpa", "payments", "--namespace", SHOP)
                    .orThrow();
            try (Replica next = cluster.serve(QUICKLY)) {
                await(cluster, "the next leader tells that one went", "VerticalPodAutoscaler payments [cpu, memory]");

                cluster.plane()
                        .kubectl("", "delete", "vpa", "payments", "--namespace", SHOP)
                        .orThrow();
                await(cluster, "nobody is left");
                assertThat(terms(next)).isEqualTo(1);
                assertThat(profile(cluster).status("autoscalers")).isEmpty();
            }
        }
    }

    private static void await(LearningCluster cluster, String what, String... told) {
        Pause.until(what, PATIENCE, () -> autoscalers(cluster).stream()
                .map(one -> one.get("kind") + " " + one.get("name") + " " + one.get("proxyResources"))
                .toList()
                .equals(Stream.of(told).toList()));
    }

    private static double terms(Replica replica) {
        return Metrics.sum(replica, "sidecar_sizer_learning_terms_total", "");
    }

    private static List<Map<String, Object>> autoscalers(LearningCluster cluster) {
        return Objects.requireNonNullElse(profile(cluster).stored().get("status", "autoscalers"), List.of());
    }

    private static Learned profile(LearningCluster cluster) {
        return cluster.profile(SHOP, "deployment-payments").orElseThrow();
    }

    private static void installVerticalPodAutoscalers(LearningCluster cluster) throws IOException {
        cluster.plane()
                .apply(Files.readString(GoPart.named("vpa")
                        .sources("k8s.io/autoscaler/vertical-pod-autoscaler")
                        .resolve("deploy/vpa-v1-crd-gen.yaml")));
        Pause.until("the kind is served", PATIENCE, () -> cluster.plane()
                .kubectl("", "get", "vpa", "--namespace", SHOP)
                .ok());
    }

    private static String horizontal() {
        return """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: payments, namespace: %s}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: payments}
                  maxReplicas: 10
                  metrics:
                  - {type: Resource, resource: {name: memory, target: {type: Utilization, averageUtilization: 80}}}
                  - {type: ContainerResource, containerResource: {name: cpu, container: app, target: {type: Utilization, averageUtilization: 80}}}
                """
                .formatted(SHOP);
    }

    private static String vertical() {
        return """
                apiVersion: autoscaling.k8s.io/v1
                kind: VerticalPodAutoscaler
                metadata: {name: payments, namespace: %s}
                spec:
                  targetRef: {apiVersion: apps/v1, kind: Deployment, name: payments}
                  updatePolicy: {updateMode: Initial}
                """
                .formatted(SHOP);
    }
}
