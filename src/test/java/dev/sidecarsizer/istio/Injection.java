package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.Kubernetes;
import dev.sidecarsizer.install.Installation;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real Istio injects a pod, and sidecar-sizer has the last word on its sidecar. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Injection {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SizedMesh mesh;

    Injection(Kubernetes version) {
        mesh = SizedMesh.start(version);
    }

    @AfterAll
    void end() {
        mesh.close();
    }

    @ParameterizedTest
    @EnumSource
    void injectedPodIsSized(ApplicationPod kind) {
        assertThat(create(kind)).satisfies(pod -> isSized(kind, pod));
    }

    @ParameterizedTest
    @EnumSource
    void podOfANamespaceWithoutOurLabelIsWhatIstioAloneMakes(ApplicationPod kind) {
        Pod stored = kind.createIn(SizedMesh.ISTIO_ALONE, plane().admin());

        assertThat(sidecar(kind, stored).getResources().getLimits()).containsEntry("memory", new Quantity("1Gi"));
        assertThat(anonymous(stored)).isEqualTo(anonymous(mesh.byIstioAlone(kind)));
    }

    @ParameterizedTest
    @EnumSource
    void lastWordIsOursWhereIstioInjectsAgain(ApplicationPod kind) {
        istio().reinvocation("IfNeeded");
        try {
            Pod pod = await().atMost(PATIENCE)
                    .until(() -> create(kind), created -> changesOfLastPod().contains("1 " + Istio.WEBHOOK));

            isSized(kind, pod);
            assertThat(changesOfLastPod())
                    .containsExactly(
                            "0 " + Istio.WEBHOOK,
                            "0 " + Installation.NAME,
                            "1 " + Istio.WEBHOOK,
                            "1 " + Installation.NAME);
        } finally {
            istio().reinvocation("Never");
        }
    }

    @Test
    void bootstrapOfALivePodIsFrozen() {
        String pod = create(ApplicationPod.NATIVE).getMetadata().getName();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(plane().kubectl(
                                "",
                                "annotate",
                                "pod",
                                pod,
                                "--namespace=" + SizedMesh.NAMESPACE,
                                "--dry-run=server",
                                "sidecar-sizer.dev/bootstrap-")
                        .err())
                .contains("must not be changed or removed"));
    }

    private void isSized(ApplicationPod kind, Pod pod) {
        Container sidecar = sidecar(kind, pod);
        assertThat(sidecar.getResources().getRequests()).containsEntry("memory", new Quantity("96Mi"));
        assertThat(sidecar.getResources().getLimits()).containsEntry("memory", new Quantity("192Mi"));
        assertThat(sidecar.getEnv())
                .contains(
                        new EnvVar("ISTIO_BOOTSTRAP_OVERRIDE", "/etc/sidecar-sizer/bootstrap/bootstrap.json", null),
                        new EnvVar(
                                "PROXY_CONFIG",
                                "{\"connectionSettings\":{\"httpIdleTimeout\":\"300s\",\"httpStreamIdleTimeout\":\"31536000s\"}}",
                                null));
        assertThat(sidecar.getVolumeMounts())
                .anySatisfy(mount -> assertThat(mount.getMountPath()).isEqualTo("/etc/sidecar-sizer/bootstrap"));
        assertThat(pod.getSpec().getVolumes())
                .filteredOn(volume -> volume.getName().equals("sidecar-sizer-bootstrap"))
                .singleElement()
                .extracting(volume -> volume.getDownwardAPI().getItems())
                .satisfies(items -> assertThat(items)
                        .singleElement()
                        .extracting(item -> item.getFieldRef().getFieldPath())
                        .isEqualTo("metadata.annotations['sidecar-sizer.dev/bootstrap']"));
        assertThat(pod.getMetadata().getAnnotations())
                .hasEntrySatisfying("sidecar-sizer.dev/bootstrap", bootstrap -> assertThat(bootstrap)
                        .contains("max_heap_size_bytes", "soft_memory_limit_bytes"))
                .hasEntrySatisfying("sidecar-sizer.dev/decision", decision -> assertThat(decision)
                        .contains(
                                "\"reason\":\"WORKLOAD_PROFILE\"",
                                "\"before\":{\"request\":\"128Mi\",\"limit\":\"1Gi\"}",
                                "\"overload\":\"SET\"",
                                "\"idleTimeout\":\"SET\""));
    }

    static Container sidecar(ApplicationPod kind, Pod pod) {
        List<Container> sidecars = kind.siblings(pod).stream()
                .filter(container -> container.getName().equals("istio-proxy"))
                .toList();
        assertThat(sidecars).hasSize(1);
        return sidecars.getFirst();
    }

    ControlPlane plane() {
        return mesh.plane();
    }

    Istio istio() {
        return mesh.istio();
    }

    Pod create(ApplicationPod kind) {
        return kind.createIn(SizedMesh.NAMESPACE, plane().admin());
    }

    private List<String> changesOfLastPod() {
        return AdmissionRounds.ofLastPod(SizedMesh.NAMESPACE, plane().auditLog());
    }

    /** All that was stored, but for what differs between any two pods. */
    static String anonymous(Pod pod) {
        return Serialization.asYaml(pod.edit()
                .editMetadata()
                .withName(null)
                .withUid(null)
                .withResourceVersion(null)
                .withCreationTimestamp(null)
                .withManagedFields(List.of())
                .endMetadata()
                .build());
    }
}
