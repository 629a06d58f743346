package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Both webhook configurations say what an admission webhook must say that never stands in a pod's way. */
class WebhookConfigurationsTest {

    private final Manifests base = Manifests.listedIn(Manifests.DEPLOY.resolve("base"));

    @ParameterizedTest
    @CsvSource({
        "MutatingWebhookConfiguration, sidecar-sizer, mutate, enforce",
        "ValidatingWebhookConfiguration, sidecar-sizer-audit, audit, audit"
    })
    void asksForPodsThatAreCreatedInNamespacesThatOptedIn(String kind, String name, String path, String mode) {
        JsonNode configuration = base.only(kind);
        assertThat(configuration.at("/metadata/name").asString()).isEqualTo(name);
        assertThat(configuration.path("webhooks")).hasSize(1);
        JsonNode expected = Manifests.parse(
                        """
                name: %s.sidecar-sizer.dev
                clientConfig:
                  service: {name: sidecar-sizer, namespace: sidecar-sizer-system, path: /%s, port: 8443}
                admissionReviewVersions: [v1]
                failurePolicy: Ignore
                timeoutSeconds: 2
                sideEffects: None
                matchPolicy: Equivalent
                namespaceSelector:
                  matchExpressions:
                    - {key: sidecar-sizer.dev/mode, operator: In, values: [%s]}
                    - key: kubernetes.io/metadata.name
                      operator: NotIn
                      values: [kube-system, kube-node-lease, istio-system, sidecar-sizer-system]
                rules:
                  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods], scope: Namespaced}
                """
                                .formatted(path, path, mode))
                .objects()
                .getFirst();
        JsonNode webhook = configuration.at("/webhooks/0");
        expected.propertyNames()
                .forEach(field -> assertThat(webhook.path(field)).as(field).isEqualTo(expected.path(field)));
        Set<String> others = new HashSet<>(webhook.propertyNames());
        others.removeAll(expected.propertyNames());
        assertThat(others)
                .as("an objectSelector or a matchCondition would skip us in the first round and so for good")
                .isSubsetOf("reinvocationPolicy");
    }

    @Test
    void mutatingWebhookComesBackAfterAnotherMutator() {
        assertThat(base.only("MutatingWebhookConfiguration")
                        .at("/webhooks/0/reinvocationPolicy")
                        .asString())
                .isEqualTo("IfNeeded");
    }

    @Test
    void runsAfterIstio() {
        String ours =
                base.only("MutatingWebhookConfiguration").at("/metadata/name").asString();
        assertThat(ours).isGreaterThan("istio-sidecar-injector-zzz").isGreaterThan("istio-revision-tag-zzz");
    }

    @Test
    void dialsPortOfItsService() {
        JsonNode service = base.named("Service", "sidecar-sizer");
        for (String kind : Set.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")) {
            JsonNode dialled = base.only(kind).at("/webhooks/0/clientConfig/service");
            assertThat(dialled.path("name")).isEqualTo(service.at("/metadata/name"));
            assertThat(dialled.path("namespace")).isEqualTo(service.at("/metadata/namespace"));
            assertThat(dialled.path("port")).isEqualTo(service.at("/spec/ports/0/port"));
        }
    }
}
