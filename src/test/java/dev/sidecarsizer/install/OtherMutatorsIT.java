package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.ControlPlane;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Others who change the same pods, before us and after us, in a real API server's order and rounds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class OtherMutatorsIT {

    private static final String SHOP = "mutators-shop";
    private static final String SIZED = "96Mi/192Mi";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final InstalledWebhook webhook;
    private final ControlPlane plane;

    OtherMutatorsIT(InstalledWebhook webhook) {
        this.webhook = webhook;
        plane = webhook.plane();
    }

    @BeforeAll
    void profiles() {
        plane.createNamespace(SHOP, Map.of("sidecar-sizer.dev/mode", "enforce"));
        StoredProfile.put(
                plane,
                SHOP,
                new StoredProfile("Deployment/payments", "96Mi", "192Mi"),
                new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        webhook.awaitMemory(SHOP, reviews(), SIZED);
    }

    /** Before us as Istio's injector is, called once or again; after us, called once. */
    @ParameterizedTest
    @CsvSource({"a-before-us, Never,    1", "a-before-us, IfNeeded, 2", "z-after-us,  Never,    1"})
    void whoeverResetsTheProxyOursIsTheLastWord(String name, String reinvocation, int calls) {
        try (Resetter other = Resetter.in(plane, SHOP, name, reinvocation)) {
            awaitCalled(other);
            int before = other.calls();

            PodCreation pod = webhook.pods().create(SHOP, reviews()).orThrow();

            assertThat(other.calls() - before).isEqualTo(calls);
            assertThat(pod.memory()).isEqualTo(SIZED);
            JsonNode decision = JSON.readTree(pod.decision());
            assertThat(decision.at("/before/limit").asString()).isEqualTo("1Gi");
            assertThat(decision.at("/after/limit").asString()).isEqualTo("192Mi");
            assertNothingIsTwice(pod);
            assertThat(webhook.pods().create(SHOP, reviews()).orThrow().comparable())
                    .isEqualTo(pod.comparable());
        }
    }

    /** The last word is then the other's, whatever we do; the pod starts, its heap budget below its limit. */
    @Test
    void whoeverIsCalledAgainAfterUsHasTheLastWordAndThePodIsValid() {
        try (Resetter other = Resetter.in(plane, SHOP, "z-after-us", "IfNeeded")) {
            awaitCalled(other);

            PodCreation pod = webhook.pods().create(SHOP, reviews()).orThrow();

            assertThat(pod.memory()).isEqualTo("128Mi/1Gi");
            assertThat(pod.annotation("sidecar-sizer.dev/bootstrap")).isPresent();
            assertNothingIsTwice(pod);
        }
    }

    @Test
    void aPolicyOfTheApiServerThatAddsAContainerBeforeUsDoesNotMoveWhatWePatch() {
        plane.apply(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicy
                metadata: {name: adds-a-container}
                spec:
                  failurePolicy: Fail
                  reinvocationPolicy: IfNeeded
                  matchConstraints:
                    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
                  matchConditions:
                  - name: once
                    expression: "!object.spec.initContainers.exists(c, c.name == 'first')"
                  mutations:
                  - patchType: JSONPatch
                    jsonPatch:
                      expression: >-
                        [JSONPatch{op: "add", path: "/spec/initContainers/0",
                         value: Object.spec.initContainers{name: "first", image: "first"}}]
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicyBinding
                metadata: {name: adds-a-container}
                spec:
                  policyName: adds-a-container
                  matchResources:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: mutators-shop}}
                """);
        try {
            Pause.until("the policy is followed", InstalledWebhook.PATIENCE, () -> first(
                            webhook.pods().dryRun(SHOP, reviews()))
                    .equals("first"));

            PodCreation pod = webhook.pods().create(SHOP, reviews()).orThrow();

            assertThat(first(pod)).isEqualTo("first");
            assertThat(pod.memory()).isEqualTo(SIZED);
            assertNothingIsTwice(pod);
        } finally {
            plane.kubectl("", "delete", "mutatingadmissionpolicybinding,mutatingadmissionpolicy", "adds-a-container")
                    .orThrow();
        }
    }

    private void awaitCalled(Resetter other) {
        Pause.until("the other webhook is called", InstalledWebhook.PATIENCE, () -> {
            webhook.pods().dryRun(SHOP, reviews());
            return other.calls() > 0;
        });
    }

    private static String first(PodCreation pod) {
        return pod.body().at("/spec/initContainers/0/name").asString("");
    }

    /** Called twice on its own output it adds nothing. */
    private static void assertNothingIsTwice(PodCreation pod) {
        assertThat(pod.proxy().path("env").valueStream().map(one -> one.path("name")
                        .asString()))
                .doesNotHaveDuplicates()
                .contains("ISTIO_BOOTSTRAP_OVERRIDE");
        assertThat(pod.proxy().path("volumeMounts").valueStream().map(one -> one.path("mountPath")
                        .asString()))
                .doesNotHaveDuplicates();
        assertThat(pod.body().at("/spec/volumes").valueStream().map(one -> one.path("name")
                        .asString()))
                .doesNotHaveDuplicates();
    }

    private static ObjectNode reviews() {
        return InjectedPod.REVIEWS.json(SHOP);
    }
}
