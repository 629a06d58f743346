package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.Kubernetes;
import dev.sidecarsizer.install.Installation;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Beside a real VPA that sizes the sidecar too: its figures stand, and the heap budget follows them. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VpaIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The admission controller asks who made the ReplicaSet that made the pod. */
    private static final String WORKLOAD =
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: reviews, namespace: shop}
            spec:
              selector: {matchLabels: {app: reviews}}
              template:
                metadata: {labels: {app: reviews}}
                spec: {containers: [{name: app, image: example.org/reviews:1}]}
            ---
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata:
              name: reviews-7d9f8b6c5
              namespace: shop
              ownerReferences:
                - {apiVersion: apps/v1, kind: Deployment, name: reviews, controller: true, uid: 0f6a3f53-61d5-4a5f-a3a5-8f1d6fd0a2c3}
            spec:
              selector: {matchLabels: {app: reviews}}
              template:
                metadata: {labels: {app: reviews}}
                spec: {containers: [{name: app, image: example.org/reviews:1}]}
            """;

    /** What the recommender would have written is in the status. */
    private static final String AUTOSCALER =
            """
            apiVersion: autoscaling.k8s.io/v1
            kind: VerticalPodAutoscaler
            metadata: {name: reviews, namespace: shop}
            spec:
              targetRef: {apiVersion: apps/v1, kind: Deployment, name: reviews}
              updatePolicy: {updateMode: Initial}
              resourcePolicy: {containerPolicies: [{containerName: istio-proxy, controlledResources: [memory]}]}
            status:
              conditions: [{type: RecommendationProvided, status: "True", lastTransitionTime: "2026-11-20T10:00:00Z"}]
              recommendation:
                containerRecommendations:
                  - containerName: istio-proxy
                    target: {memory: 200Mi}
                    lowerBound: {memory: 150Mi}
                    upperBound: {memory: 300Mi}
            """;

    private final SizedMesh mesh = SizedMesh.start(Kubernetes.DEFAULT, Vpa::on);

    @AfterAll
    void end() {
        mesh.close();
    }

    @Test
    void itsMemoryStandsAndTheHeapBudgetFollowsIt() {
        mesh.plane().apply(WORKLOAD);
        mesh.plane().apply(AUTOSCALER);
        // both follow it in their own time: sidecar-sizer first, since VPA has nothing to say yet
        await().atMost(PATIENCE).until(this::create, VpaIT::isLeftToVpa);
        mesh.plane().applyStatus(AUTOSCALER);

        Pod pod = await().atMost(PATIENCE).until(this::create, VpaIT::isUpdatedByVpa);

        Container sidecar = ApplicationPod.CLASSIC.siblings(pod).stream()
                .filter(container -> container.getName().equals("istio-proxy"))
                .findFirst()
                .orElseThrow();
        // VPA keeps the proportion of Istio's 128Mi to 1Gi
        assertThat(sidecar.getResources().getRequests()).containsEntry("memory", new Quantity("200Mi"));
        assertThat(sidecar.getResources().getLimits()).containsEntry("memory", new Quantity("1600Mi"));
        assertThat(pod).matches(VpaIT::isLeftToVpa);
        assertThat(decision(pod)).contains("\"overload\":\"SET\"");
        assertThat(pod.getMetadata().getAnnotations())
                .hasEntrySatisfying("sidecar-sizer.dev/bootstrap", bootstrap -> assertThat(bootstrap)
                        // (1600Mi - 40Mi) / 1.2
                        .contains("\"max_heap_size_bytes\":" + 1300 * 1024 * 1024));
        assertThat(AdmissionRounds.ofLastPod(SizedMesh.NAMESPACE, mesh.plane().auditLog()))
                .containsExactly(
                        "0 " + Istio.WEBHOOK, "0 " + Installation.NAME, "0 " + Vpa.WEBHOOK, "1 " + Installation.NAME);
    }

    private Pod create() {
        return ApplicationPod.CLASSIC.createIn(SizedMesh.NAMESPACE, mesh.plane().admin());
    }

    private static boolean isLeftToVpa(Pod pod) {
        return decision(pod).contains("\"decision\":\"Keep\",\"reason\":\"VPA_OWNS_MEMORY\"");
    }

    private static String decision(Pod pod) {
        return pod.getMetadata().getAnnotations().getOrDefault("sidecar-sizer.dev/decision", "");
    }

    private static boolean isUpdatedByVpa(Pod pod) {
        return pod.getMetadata().getAnnotations().containsKey("vpaUpdates");
    }
}
