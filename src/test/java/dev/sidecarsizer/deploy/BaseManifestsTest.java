package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The base deploys a webhook that is there when it is called, and that may do no more than it must. */
class BaseManifestsTest {

    private static final Path BASE = Manifests.DEPLOY.resolve("base");
    private static final Set<String> CLUSTER_SCOPED = Set.of(
            "Namespace",
            "CustomResourceDefinition",
            "ClusterRole",
            "ClusterRoleBinding",
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding");

    private final Manifests base = Manifests.listedIn(BASE);
    private final JsonNode deployment = base.only("Deployment");
    private final JsonNode pod = deployment.at("/spec/template/spec");
    private final JsonNode container = pod.at("/containers/0");

    @Test
    void everyFileIsListed() throws IOException {
        Set<String> listed = new TreeSet<>();
        Manifests.kustomization(BASE).path("resources").forEach(resource -> listed.add(resource.asString()));
        listed.remove("../crds");
        try (Stream<Path> files = Files.list(BASE)) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("kustomization.yaml")))
                    .containsExactlyInAnyOrderElementsOf(listed);
        }
    }

    @Test
    void everyObjectIsLabelledAndInItsPlace() {
        for (JsonNode object : base.objects()) {
            JsonNode labels = object.at("/metadata/labels");
            for (String label : List.of("name", "instance", "component", "part-of")) {
                assertThat(labels.has("app.kubernetes.io/" + label))
                        .as(Manifests.id(object) + " has label " + label)
                        .isTrue();
            }
            assertThat(object.at("/metadata/namespace").asString(""))
                    .as(Manifests.id(object))
                    .isEqualTo(CLUSTER_SCOPED.contains(object.path("kind").asString()) ? "" : "sidecar-sizer-system");
        }
    }

    @Test
    void namespaceAllowsRestrictedPodsOnly() {
        JsonNode namespace = base.only("Namespace");
        assertThat(namespace.at("/metadata/name").asString()).isEqualTo("sidecar-sizer-system");
        for (String mode : List.of("enforce", "audit", "warn")) {
            assertThat(namespace
                            .at("/metadata/labels")
                            .path("pod-security.kubernetes.io/" + mode)
                            .asString())
                    .isEqualTo("restricted");
        }
    }

    @Test
    void roleAllowsWhatIsReadAndWrittenAndNoMore() {
        JsonNode expected = Manifests.parse(
                        """
                rules:
                - {apiGroups: [""], resources: [namespaces, limitranges, resourcequotas], verbs: [list, watch]}
                - {apiGroups: [autoscaling], resources: [horizontalpodautoscalers], verbs: [list, watch]}
                - {apiGroups: [autoscaling.k8s.io], resources: [verticalpodautoscalers], verbs: [list, watch]}
                - {apiGroups: [sidecar-sizer.dev], resources: [sidecarpolicies], verbs: [list, watch]}
                - {apiGroups: [sidecar-sizer.dev], resources: [sidecarprofiles], verbs: [get, list, watch, create, patch, delete]}
                - {apiGroups: [sidecar-sizer.dev], resources: [sidecarprofiles/status], verbs: [update, patch]}
                - {apiGroups: [sidecar-sizer.dev], resources: [sidecarhistories], verbs: [list, create, patch, delete]}
                - {apiGroups: [""], resources: [pods], verbs: [list, watch]}
                - {apiGroups: [metrics.k8s.io], resources: [pods], verbs: [list]}
                - {apiGroups: [apps], resources: [replicasets], verbs: [get]}
                - {apiGroups: [batch], resources: [jobs], verbs: [get]}
                - {apiGroups: [""], resources: [replicationcontrollers], verbs: [get]}
                - {apiGroups: [admissionregistration.k8s.io], resources: [mutatingadmissionpolicybindings], resourceNames: [sidecar-sizer-safety-net], verbs: [get]}
                - {apiGroups: [""], resources: [events], verbs: [create, patch]}
                """)
                .objects()
                .getFirst()
                .path("rules");
        assertThat(base.named("ClusterRole", "sidecar-sizer").path("rules")).isEqualTo(expected);
        assertThat(base.only("Role").path("rules"))
                .isEqualTo(Manifests.parse(
                                """
                rules:
                - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, patch]}
                - {apiGroups: [""], resources: [configmaps], resourceNames: [sidecar-sizer], verbs: [list, watch, create, patch]}
                """)
                        .objects()
                        .getFirst()
                        .path("rules"));
    }

    @Test
    void rightsAreDocumented() throws IOException {
        List<String> granted = Stream.of(base.named("ClusterRole", "sidecar-sizer"), base.only("Role"))
                .flatMap(role -> role.path("rules").valueStream())
                .flatMap(rule -> words(rule.path("resources"))
                        .map(resource -> String.join(
                                        " ", words(rule.path("apiGroups")).toList()) + "/" + resource + " "
                                + String.join(", ", words(rule.path("verbs")).toList())))
                .toList();
        String docs = Files.readString(Path.of("docs/learning.md"));
        List<String> documented = docs.substring(docs.indexOf("## Rights"))
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| group"))
                .map(line -> line.replace("`", "").split(" *\\| *", -1))
                .flatMap(cells -> Stream.of(cells[2].split(", ", -1))
                        .map(resource -> (cells[1].equals("core") ? "" : cells[1]) + "/" + resource + " " + cells[3]))
                .toList();

        assertThat(documented).isNotEmpty().containsExactlyElementsOf(granted);
    }

    private static Stream<String> words(JsonNode list) {
        return list.valueStream().map(JsonNode::asString);
    }

    @Test
    void roleIsBoundToServiceAccountOfPods() {
        JsonNode binding = base.only("ClusterRoleBinding");
        assertThat(binding.at("/roleRef/name").asString()).isEqualTo("sidecar-sizer");
        assertThat(binding.path("subjects")).hasSize(1);
        JsonNode account = base.only("ServiceAccount");
        assertThat(binding.at("/subjects/0/name")).isEqualTo(account.at("/metadata/name"));
        assertThat(binding.at("/subjects/0/namespace")).isEqualTo(account.at("/metadata/namespace"));
        assertThat(pod.path("serviceAccountName")).isEqualTo(account.at("/metadata/name"));
    }

    @Test
    void twoReplicasStayThroughRolloutsAndDrains() {
        assertThat(deployment.at("/spec/replicas").asInt()).isEqualTo(2);
        assertThat(deployment.at("/spec/strategy/rollingUpdate/maxUnavailable").asInt())
                .isZero();
        assertThat(deployment.at("/spec/strategy/rollingUpdate/maxSurge").asInt())
                .isPositive();
        assertThat(pod.path("topologySpreadConstraints").valueStream())
                .extracting(constraint -> constraint.path("topologyKey").asString())
                .contains("kubernetes.io/hostname");
        assertThat(base.only("PodDisruptionBudget").at("/spec/minAvailable").asInt())
                .isEqualTo(1);
        assertThat(pod.path("terminationGracePeriodSeconds").asInt())
                .as("the drain takes 15 s")
                .isGreaterThan(20);
    }

    @Test
    void everySelectorFindsThePods() {
        JsonNode labels = deployment.at("/spec/template/metadata/labels");
        Stream.of(
                        deployment.at("/spec/selector/matchLabels"),
                        base.only("PodDisruptionBudget").at("/spec/selector/matchLabels"),
                        base.only("NetworkPolicy").at("/spec/podSelector/matchLabels"),
                        base.named("Service", "sidecar-sizer").at("/spec/selector"),
                        base.named("Service", "sidecar-sizer-metrics").at("/spec/selector"),
                        pod.at("/topologySpreadConstraints/0/labelSelector/matchLabels"),
                        pod.at("/topologySpreadConstraints/1/labelSelector/matchLabels"))
                .forEach(selector -> {
                    assertThat(selector.size()).isEqualTo(3);
                    selector.forEachEntry(
                            (key, value) -> assertThat(labels.path(key)).as(key).isEqualTo(value));
                });
    }

    @Test
    void portsAreWhatServicesAndProbesName() {
        assertThat(container.path("ports").valueStream())
                .extracting(port -> port.path("name").asString() + " "
                        + port.path("containerPort").asInt())
                .containsExactly("https 8443", "metrics 8080");
        assertThat(base.named("Service", "sidecar-sizer")
                        .at("/spec/ports/0/targetPort")
                        .asString())
                .isEqualTo("https");
        assertThat(base.named("Service", "sidecar-sizer-metrics")
                        .at("/spec/ports/0/targetPort")
                        .asString())
                .isEqualTo("metrics");
        assertProbe("startupProbe", "/livez");
        assertProbe("livenessProbe", "/livez");
        assertProbe("readinessProbe", "/readyz");
    }

    private void assertProbe(String probe, String path) {
        JsonNode get = container.path(probe).path("httpGet");
        assertThat(get.path("path").asString()).as(probe).isEqualTo(path);
        assertThat(get.path("port").asString()).as(probe).isEqualTo("https");
        assertThat(get.path("scheme").asString()).as(probe).isEqualTo("HTTPS");
    }

    @Test
    void containerMayDoNothingButRun() {
        assertThat(pod.path("containers")).hasSize(1);
        JsonNode podContext = pod.path("securityContext");
        assertThat(podContext.path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(podContext.path("runAsUser").asInt()).isPositive();
        assertThat(podContext.at("/seccompProfile/type").asString()).isEqualTo("RuntimeDefault");
        JsonNode context = container.path("securityContext");
        assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(context.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
        assertThat(context.at("/capabilities/add").isMissingNode()).isTrue();
        assertThat(container.at("/resources/limits/memory").asString()).isEqualTo("320Mi");
        assertThat(container.at("/resources/limits/cpu").isMissingNode())
                .as("a throttled webhook answers late")
                .isTrue();
    }

    @Test
    void mountsCertificateAndScratchSpace() {
        assertThat(container.path("volumeMounts").valueStream())
                .extracting(mount -> mount.path("name").asString() + " "
                        + mount.path("mountPath").asString())
                .containsExactly("tls /etc/sidecar-sizer/tls", "tmp /tmp");
        assertThat(pod.at("/volumes/0/secret/secretName").asString()).isEqualTo("sidecar-sizer-tls");
        assertThat(pod.at("/volumes/1/emptyDir").isMissingNode()).isFalse();
    }

    @Test
    void metricsAndPageAreNotExposed() {
        assertThat(base.ofKind("Service"))
                .allSatisfy(service ->
                        assertThat(service.at("/spec/type").asString()).isEqualTo("ClusterIP"));
        assertThat(base.ofKind("Ingress")).isEmpty();
        for (JsonNode rule : base.only("NetworkPolicy").at("/spec/ingress")) {
            boolean metrics = rule.path("ports")
                    .valueStream()
                    .anyMatch(port -> port.path("port").asString().equals("metrics"));
            if (metrics) {
                assertThat(rule.path("from").toString())
                        .as("our own namespace and Prometheus' alone: no pod of another reaches the page's port")
                        .isEqualTo("[{\"podSelector\":{}},{\"namespaceSelector\":{\"matchLabels\":"
                                + "{\"kubernetes.io/metadata.name\":\"monitoring\"}}}]");
            } else {
                assertThat(rule.path("ports").toString())
                        .as("who is not named reaches the webhook's port alone")
                        .isEqualTo("[{\"port\":\"https\",\"protocol\":\"TCP\"}]");
            }
        }
    }
}
