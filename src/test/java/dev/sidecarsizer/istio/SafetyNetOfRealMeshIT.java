package dev.sidecarsizer.istio;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.Kubernetes;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real istiod injects, nobody of ours answers, and the API server's own policy sizes what was injected. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SafetyNetOfRealMeshIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NET = "sidecar-sizer-safety-net";
    private static final String DECISION = "sidecar-sizer.dev/decision";

    private final SizedMesh mesh = SizedMesh.start(Kubernetes.DEFAULT);
    private final Map<ApplicationPod, Pod> byTheWebhook = new EnumMap<>(ApplicationPod.class);

    @BeforeAll
    void decideOncePutTheNetUnderItAndGo() throws IOException {
        mesh.away();
        for (String file : List.of("policy.yaml", "rbac.yaml")) {
            mesh.plane().apply(Files.readString(Path.of("deploy", "components", "safety-net", file)));
        }
        serve();
        for (ApplicationPod kind : ApplicationPod.values()) {
            byTheWebhook.put(kind, create(kind));
        }
        KubernetesClient admin = mesh.plane().admin();
        await().atMost(PATIENCE)
                .until(
                        () -> admin.configMaps()
                                .inNamespace(SizedMesh.NAMESPACE)
                                .withName(NET)
                                .get(),
                        net -> net != null && net.getData() != null);
        // whoever is gone within a second of its start may not have come to it
        await().atMost(PATIENCE)
                .until(() -> admin.resources(MutatingAdmissionPolicyBinding.class)
                                .withName(NET)
                                .get()
                        != null);
        mesh.away();
        await().atMost(PATIENCE)
                .until(() -> create(ApplicationPod.NATIVE), pod -> decision(pod).contains("SAFETY_NET"));
    }

    @AfterAll
    void end() {
        mesh.close();
    }

    @ParameterizedTest
    @EnumSource
    void thePodHasTheResourcesThatTheWebhookGaveAndElseWhatIstioMade(ApplicationPod kind) {
        Pod pod = create(kind);

        assertThat(resources(kind, pod)).isEqualTo(resources(kind, given(kind)));
        assertThat(resources(kind, pod).getLimits())
                .as("the processor's are Istio's own defaults")
                .containsOnly(Map.entry("cpu", new Quantity("2")), Map.entry("memory", new Quantity("192Mi")));

        pod.getMetadata().getAnnotations().remove(DECISION);
        Injection.sidecar(kind, pod).setResources(resources(kind, mesh.byIstioAlone(kind)));
        assertThat(Injection.anonymous(pod))
                .isEqualTo(Injection.anonymous(mesh.byIstioAlone(kind))
                        .replace("/" + SizedMesh.ISTIO_ALONE + "/", "/" + SizedMesh.NAMESPACE + "/")
                        .replace("\"" + SizedMesh.ISTIO_ALONE + "\"", "\"" + SizedMesh.NAMESPACE + "\""));
    }

    /** As a backup does that is restored: what the policy gave meets the webhook. */
    @ParameterizedTest
    @EnumSource
    void theWebhookLeavesTheMemoryOfSuchAPodOnceItIsBack(ApplicationPod kind) {
        Pod made = create(kind);
        Pod again = made.edit()
                .withNewMetadataLike(made.getMetadata())
                .withName(made.getMetadata().getName() + "-again")
                .withResourceVersion(null)
                .withUid(null)
                .withManagedFields(List.of())
                .endMetadata()
                .build();
        serve();
        try {
            Pod stored = mesh.plane().admin().resource(again).create();

            assertThat(resources(kind, stored)).isEqualTo(resources(kind, made));
            assertThat(decision(stored))
                    .contains(
                            "\"reason\":\"WORKLOAD_PROFILE\"", "\"before\":{\"request\":\"128Mi\",\"limit\":\"1Gi\"}");
        } finally {
            mesh.away();
        }
    }

    /** The second injection is the last word, and takes back what the policy wrote in between. */
    @ParameterizedTest
    @EnumSource
    void anInjectorThatRunsOnceMoreLeavesThePodAsIstioMakesIt(ApplicationPod kind) {
        mesh.istio().reinvocation("IfNeeded");
        try {
            Pod pod = await().atMost(PATIENCE).until(() -> create(kind), created -> AdmissionRounds.ofLastPod(
                            SizedMesh.NAMESPACE, mesh.plane().auditLog())
                    .contains("1 " + Istio.WEBHOOK));

            assertThat(resources(kind, pod)).isEqualTo(resources(kind, mesh.byIstioAlone(kind)));
        } finally {
            mesh.istio().reinvocation("Never");
            // the API server follows configurations of webhooks in its own time
            await().atMost(PATIENCE).until(() -> resources(kind, create(kind)), resources(kind, given(kind))::equals);
        }
    }

    private void serve() {
        mesh.serve("--sidecar-sizer.audit.write-interval=100ms", "--sidecar-sizer.safety-net.enabled=true");
    }

    /** What the webhook made of one. */
    private Pod given(ApplicationPod kind) {
        return requireNonNull(byTheWebhook.get(kind));
    }

    private Pod create(ApplicationPod kind) {
        return kind.createIn(SizedMesh.NAMESPACE, mesh.plane().admin());
    }

    private static ResourceRequirements resources(ApplicationPod kind, Pod pod) {
        return Injection.sidecar(kind, pod).getResources();
    }

    private static String decision(Pod pod) {
        return pod.getMetadata().getAnnotations().getOrDefault(DECISION, "");
    }
}
