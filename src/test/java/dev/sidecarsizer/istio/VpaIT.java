package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.Kubernetes;
import dev.sidecarsizer.install.Installation;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.patch.HeapBudget;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.json.JsonMapper;

/** Beside a real VPA that covers the sidecar too: what it sizes stays as it sizes it. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VpaIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SizedMesh mesh = SizedMesh.start(Kubernetes.DEFAULT, Vpa::on);

    @AfterAll
    void end() {
        mesh.close();
    }

    @Test
    void itsMemoryStandsAndTheHeapBudgetFollowsIt() {
        autoscale("memory", "200Mi");

        awaitPod(pod -> {
            // VPA keeps the proportion of Istio's 128Mi to 1Gi
            assertMemory(pod, "200Mi", "1600Mi");
            assertThat(decision(pod))
                    .contains("\"decision\":\"Keep\",\"reason\":\"VPA_OWNS_MEMORY\"", "\"overload\":\"SET\"");
            assertThat(pod.getMetadata().getAnnotations())
                    .hasEntrySatisfying("sidecar-sizer.dev/bootstrap", bootstrap -> assertThat(
                                    HeapBudget.of(JsonMapper.shared().readTree(bootstrap)))
                            // (1600Mi - 10Mi) / 1.05
                            .hasValueSatisfying(
                                    heap -> assertThat(heap).isBetween(Bytes.mebi(1513), Bytes.mebi(1515))));
            assertThat(AdmissionRounds.ofLastPod(
                            SizedMesh.NAMESPACE, mesh.plane().auditLog()))
                    .containsExactly(
                            "0 " + Istio.WEBHOOK,
                            "0 " + Installation.NAME,
                            "0 " + Vpa.WEBHOOK,
                            "1 " + Installation.NAME);
        });
    }

    /** Its object covers the proxy, and it acts; but native sidecars it leaves alone, so they are ours. */
    @Test
    void nativeSidecarIsOursWhateverItCovers() {
        autoscale("memory", "200Mi");
        awaitPod(pod -> assertMemory(pod, "200Mi", "1600Mi"));

        Pod pod =
                ApplicationPod.NATIVE.createIn(SizedMesh.NAMESPACE, mesh.plane().admin());

        assertThat(ApplicationPod.NATIVE.siblings(pod))
                .filteredOn(container -> container.getName().equals("istio-proxy"))
                .singleElement()
                .satisfies(proxy ->
                        assertThat(proxy.getResources().getLimits()).containsEntry("memory", new Quantity("192Mi")));
        assertThat(decision(pod)).contains("\"reason\":\"WORKLOAD_PROFILE\"");
    }

    /** Where it changes the pod after us, we are asked once more, and read what it says that it did. */
    @Test
    void memoryIsOursWhereItSizesTheProcessorOnly() {
        autoscale("cpu", "300m");

        awaitPod(pod -> {
            assertThat(sidecar(pod).getResources().getRequests()).containsEntry("cpu", new Quantity("300m"));
            assertMemory(pod, "96Mi", "192Mi");
            assertThat(decision(pod)).contains("\"reason\":\"WORKLOAD_PROFILE\"");
        });
    }

    /** The workload, since VPA asks who made the pod's ReplicaSet, and its VPA, with what a recommender would write. */
    private void autoscale(String resource, String target) {
        String objects =
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
        String autoscaler =
                """
                apiVersion: autoscaling.k8s.io/v1
                kind: VerticalPodAutoscaler
                metadata: {name: reviews, namespace: shop}
                spec:
                  targetRef: {apiVersion: apps/v1, kind: Deployment, name: reviews}
                  updatePolicy: {updateMode: Initial}
                  resourcePolicy: {containerPolicies: [{containerName: istio-proxy, controlledResources: [%1$s]}]}
                status:
                  recommendation: {containerRecommendations: [{containerName: istio-proxy, target: {%1$s: %2$s}}]}
                  conditions: [{type: RecommendationProvided, status: "True", lastTransitionTime: "2026-11-20T10:00:00Z"}]
                """
                        .formatted(resource, target);
        mesh.plane().apply(objects);
        mesh.plane().apply(autoscaler);
        mesh.plane().applyStatus(autoscaler);
    }

    /** Creates pods until one is so: VPA registers itself late, and both follow the object in their own time. */
    private void awaitPod(Consumer<Pod> isSo) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> isSo.accept(ApplicationPod.CLASSIC.createIn(
                        SizedMesh.NAMESPACE, mesh.plane().admin())));
    }

    private static void assertMemory(Pod pod, String request, String limit) {
        assertThat(sidecar(pod).getResources().getRequests()).containsEntry("memory", new Quantity(request));
        assertThat(sidecar(pod).getResources().getLimits()).containsEntry("memory", new Quantity(limit));
    }

    private static Container sidecar(Pod pod) {
        return ApplicationPod.CLASSIC.siblings(pod).stream()
                .filter(container -> container.getName().equals("istio-proxy"))
                .findFirst()
                .orElseThrow();
    }

    private static String decision(Pod pod) {
        return pod.getMetadata().getAnnotations().getOrDefault("sidecar-sizer.dev/decision", "");
    }
}
