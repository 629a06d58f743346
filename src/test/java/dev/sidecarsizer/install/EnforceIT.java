package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.patch.HeapBudget;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a real API server stores of pods in namespaces of mode enforce, and in those of none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class EnforceIT {

    private static final String SHOP = "enforce-shop";
    private static final String MODE = "sidecar-sizer.dev/mode";
    private static final String BOOTSTRAP = "sidecar-sizer.dev/bootstrap";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final InstalledWebhook webhook;

    EnforceIT(InstalledWebhook webhook) {
        this.webhook = webhook;
    }

    @BeforeAll
    void profiles() {
        webhook.plane().createNamespace(SHOP, Map.of(MODE, "enforce"));
        webhook.plane().createNamespace("enforce-off", Map.of(MODE, "off"));
        StoredProfile.put(
                webhook.plane(),
                SHOP,
                new StoredProfile("CronJob/nightly-report", "64Mi", "96Mi"),
                new StoredProfile("Deployment/payments", "80Mi", "160Mi"),
                new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        webhook.awaitMemory(SHOP, InjectedPod.REVIEWS.json(SHOP), "96Mi/192Mi");
        webhook.awaitMemory(SHOP, InjectedPod.NIGHTLY_REPORT.json(SHOP), "64Mi/96Mi");
    }

    @ParameterizedTest
    @CsvSource({
        "REVIEWS,        96Mi/192Mi, WORKLOAD_PROFILE, PROXY_CONFIG,            300s",
        "NIGHTLY_REPORT, 64Mi/96Mi,  WORKLOAD_PROFILE, PROXY_CONFIG,            300s",
        "PAYMENTS,       80Mi/384Mi, OWNER,            ISTIO_META_IDLE_TIMEOUT, 600s"
    })
    void storesWhatTheProfileOrTheOwnerCallsFor(
            InjectedPod kind, String memory, String reason, String variable, String idleTimeout) {
        PodCreation pod = webhook.pods().create(SHOP, kind.json(SHOP)).orThrow();

        assertThat(pod.memory()).isEqualTo(memory);
        assertThat(pod.env(variable)).hasValueSatisfying(value -> assertThat(value)
                .isIn(
                        idleTimeout,
                        "{\"connectionSettings\":{\"httpIdleTimeout\":\"" + idleTimeout
                                + "\",\"httpStreamIdleTimeout\":\"31536000s\"}}"));
        JsonNode decision = JSON.readTree(pod.decision());
        assertThat(decision.path("decision").asString()).isEqualTo("Resize");
        assertThat(decision.path("reason").asString()).isEqualTo(reason);
        assertThat(decision.at("/before/limit").asString()).isEqualTo("1Gi");
        assertBootstrapReachesTheProxy(pod);
    }

    /** Annotation → volume → mount → variable: a break anywhere and Envoy starts without it. */
    private static void assertBootstrapReachesTheProxy(PodCreation pod) {
        assertThat(HeapBudget.of(JSON.readTree(pod.annotation(BOOTSTRAP).orElseThrow())))
                .isPresent();
        JsonNode volume = pod.body()
                .at("/spec/volumes")
                .valueStream()
                .filter(one -> one.at("/downwardAPI/items/0/fieldRef/fieldPath")
                        .asString("")
                        .contains(BOOTSTRAP))
                .findFirst()
                .orElseThrow();
        JsonNode mount = pod.proxy()
                .path("volumeMounts")
                .valueStream()
                .filter(one -> one.path("name").equals(volume.path("name")))
                .findFirst()
                .orElseThrow();
        assertThat(pod.env("ISTIO_BOOTSTRAP_OVERRIDE"))
                .contains(mount.path("mountPath").asString() + "/"
                        + volume.at("/downwardAPI/items/0/path").asString());
    }

    @Test
    void aWorkloadThatNobodyKnowsStaysAsItCame() {
        PodCreation pod =
                webhook.pods().create(SHOP, InjectedPod.NEWCOMER.json(SHOP)).orThrow();

        assertThat(pod.comparable()).isEqualTo(withoutUs(InjectedPod.NEWCOMER.json(SHOP)));
    }

    @ParameterizedTest
    @EnumSource(InjectedPod.class)
    void aNamespaceThatIsOffStoresTheSameBytesAsOneWithoutUs(InjectedPod kind) {
        PodCreation pod = webhook.pods().create("enforce-off", kind.json(SHOP)).orThrow();

        assertThat(pod.comparable()).isEqualTo(withoutUs(kind.json(SHOP)));
        assertThat(pod.warnings()).isEmpty();
    }

    @Test
    void aDryRunAnswersTheSameAndWritesNothing() {
        ObjectNode pod = InjectedPod.CHECKOUT.json(SHOP, "dry");
        StoredProfile.put(webhook.plane(), SHOP, new StoredProfile("Deployment/checkout", "100Mi", "200Mi"));
        webhook.awaitMemory(SHOP, pod, "100Mi/200Mi");

        PodCreation asked = webhook.pods().dryRun(SHOP, pod).orThrow();

        assertThat(webhook.plane()
                        .admin()
                        .pods()
                        .inNamespace(SHOP)
                        .withName("dry")
                        .get())
                .isNull();
        PodCreation done = webhook.pods().create(SHOP, pod).orThrow();
        assertThat(done.comparable()).isEqualTo(asked.comparable());
        // what the one creation wrote comes; had the dry runs been counted, they would be in it
        Pause.until("the creation is counted", InstalledWebhook.PATIENCE, () -> !StoredProfile.decisions(
                        webhook.plane(), SHOP, "deployment-checkout")
                .isEmpty());
        assertThat(StoredProfile.decisions(webhook.plane(), SHOP, "deployment-checkout"))
                .singleElement()
                .satisfies(tally -> assertThat(tally).containsEntry("count", 1));
    }

    @Test
    void aPodsLabelLowersToOff() {
        ObjectNode pod = labelled("off");

        PodCreation stored = webhook.pods().create(SHOP, pod).orThrow();

        assertThat(stored.comparable()).isEqualTo(withoutUs(pod));
    }

    @Test
    void aPodsLabelDoesNotRaise() {
        ObjectNode pod = labelled("enforce");

        PodCreation stored = webhook.pods().create("enforce-off", pod).orThrow();

        assertThat(stored.comparable()).isEqualTo(withoutUs(pod));
    }

    @Test
    void anInstallationCappedAtOffLooksAway() {
        try (Replica capped =
                Replica.start(webhook.installation(), InstalledWebhook.anyPort(), "--sidecar-sizer.mode-cap=off")) {
            webhook.instead(capped.address(), () -> {
                PodCreation stored = webhook.pods()
                        .create(SHOP, InjectedPod.REVIEWS.json(SHOP))
                        .orThrow();

                assertThat(stored.comparable()).isEqualTo(withoutUs(InjectedPod.REVIEWS.json(SHOP)));
                assertThat(stored.warnings()).isEmpty();
                assertThat(Metrics.sum(capped, "sidecar_sizer_reviews_total", "reason=\"MODE_OFF\""))
                        .isPositive();
            });
        }
    }

    private String withoutUs(ObjectNode pod) {
        return webhook.pods().create(InstalledWebhook.WITHOUT_US, pod).orThrow().comparable();
    }

    private static ObjectNode labelled(String mode) {
        ObjectNode pod = InjectedPod.REVIEWS.json(SHOP);
        pod.withObject("/metadata/labels").put(MODE, mode);
        return pod;
    }
}
