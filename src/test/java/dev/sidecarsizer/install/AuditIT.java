package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What audit leaves behind on a real API server: nothing on the pod, and what would have been in three other places. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class AuditIT {

    private static final String SHOP = "audit-shop";
    private static final String ENFORCED = "audit-enforced";
    private static final String MODE = "sidecar-sizer.dev/mode";
    private static final String WOULD_BECOME =
            "sidecar-sizer audit: istio-proxy memory 128Mi/1Gi would become 96Mi/192Mi (WORKLOAD_PROFILE)";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final InstalledWebhook webhook;

    AuditIT(InstalledWebhook webhook) {
        this.webhook = webhook;
    }

    @BeforeAll
    void profiles() {
        webhook.plane().createNamespace(SHOP, Map.of(MODE, "audit"));
        webhook.plane().createNamespace(ENFORCED, Map.of(MODE, "enforce"));
        for (String namespace : List.of(SHOP, ENFORCED)) {
            StoredProfile.put(
                    webhook.plane(),
                    namespace,
                    new StoredProfile("CronJob/nightly-report", "64Mi", "96Mi"),
                    new StoredProfile("Deployment/checkout", "96Mi", "192Mi"),
                    new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        }
        // the last that was written, where it can be seen on a pod
        webhook.awaitMemory(ENFORCED, InjectedPod.REVIEWS.json(ENFORCED), "96Mi/192Mi");
        Pause.until("audit warns", InstalledWebhook.PATIENCE, () -> warnings(
                        webhook.pods().dryRun(SHOP, InjectedPod.REVIEWS.json(SHOP)))
                .contains(WOULD_BECOME));
    }

    @ParameterizedTest
    @EnumSource(InjectedPod.class)
    void storesTheSameBytesAsWithoutUs(InjectedPod kind) {
        PodCreation pod = webhook.pods().create(SHOP, kind.json(SHOP)).orThrow();

        assertThat(pod.comparable())
                .isEqualTo(webhook.pods()
                        .create(InstalledWebhook.WITHOUT_US, kind.json(SHOP))
                        .orThrow()
                        .comparable());
        assertThat(warnings(pod)).contains("sidecar-sizer audit: istio-proxy ");
    }

    @Test
    void aClientSeesTheWarning() {
        Command.Outcome created = webhook.plane()
                .kubectl(InjectedPod.REVIEWS.yaml(SHOP), "create", "--namespace", SHOP, "--filename", "-");

        assertThat(created.orThrow().err()).contains("Warning: " + WOULD_BECOME);
    }

    @Test
    void theApiServersAuditLogHasTheDecision() {
        PodCreation pod = webhook.pods()
                .create(SHOP, InjectedPod.REVIEWS.json(SHOP, "logged"))
                .orThrow();

        JsonNode decision = auditAnnotation(pod, "audit.sidecar-sizer.dev/decision");
        assertThat(decision.path("decision").asString()).isEqualTo("Resize");
        assertThat(decision.at("/after/limit").asString()).isEqualTo("192Mi");
    }

    @Test
    void theProfileCountsEveryPodOnceWhicheverReplicaSawIt() throws ExecutionException, InterruptedException {
        List<Double> before = reviews();
        int pods = 60;
        List<Future<PodCreation>> created = new ArrayList<>();
        // ten at a time need several connections, and these go to the one and the other
        try (ExecutorService callers = Executors.newFixedThreadPool(10)) {
            for (int i = 0; i < pods; i++) {
                created.add(callers.submit(() -> webhook.pods().create(SHOP, InjectedPod.CHECKOUT.json(SHOP))));
            }
        }
        for (Future<PodCreation> one : created) {
            one.get().orThrow();
        }
        List<Double> after = reviews();

        double one = after.get(0) - before.get(0);
        double other = after.get(1) - before.get(1);
        assertThat(one).isPositive();
        assertThat(other).isPositive();
        assertThat(one + other).isEqualTo(pods);
        Pause.until(
                "all are counted",
                InstalledWebhook.PATIENCE,
                () -> webhook.replicas().stream()
                                .mapToDouble(replica -> Metrics.sum(replica, "sidecar_sizer_journal_backlog"))
                                .sum()
                        == 0);
        assertThat(StoredProfile.decisions(webhook.plane(), SHOP, "deployment-checkout"))
                .singleElement()
                .satisfies(tally -> assertThat(tally)
                        .containsEntry("mode", "audit")
                        .containsEntry("decision", "Resize")
                        .containsEntry("reason", "WORKLOAD_PROFILE")
                        .containsEntry("count", pods)
                        .containsEntry("after", Map.of("memoryRequest", "96Mi", "memoryLimit", "192Mi")));
    }

    @Test
    void aPodThatIsLoweredToAuditIsRecordedByMutateWithoutAPatch() {
        ObjectNode pod = InjectedPod.CHECKOUT.json(ENFORCED, "lowered");
        pod.withObject("/metadata/labels").put(MODE, "audit");

        PodCreation stored = webhook.pods().create(ENFORCED, pod).orThrow();

        assertRecordedOnly(stored, pod, "deployment-checkout");
    }

    @Test
    void aCappedInstallationIsRecordedByMutateWithoutAPatch() {
        try (Replica capped = Replica.start(
                webhook.installation(),
                InstalledWebhook.anyPort(),
                "--sidecar-sizer.mode-cap=audit",
                "--sidecar-sizer.audit.write-interval=100ms")) {
            webhook.instead(capped.address(), () -> {
                ObjectNode pod = InjectedPod.REVIEWS.json(ENFORCED, "capped");

                assertRecordedOnly(webhook.pods().create(ENFORCED, pod).orThrow(), pod, "deployment-reviews");
            });
        }
    }

    private void assertRecordedOnly(PodCreation stored, ObjectNode pod, String profile) {
        assertThat(stored.comparable())
                .isEqualTo(webhook.pods()
                        .create(InstalledWebhook.WITHOUT_US, pod)
                        .orThrow()
                        .comparable());
        assertThat(warnings(stored)).contains(WOULD_BECOME);
        assertThat(auditAnnotation(stored, "mutate.sidecar-sizer.dev/decision")
                        .path("decision")
                        .asString())
                .isEqualTo("Resize");
        Pause.until("it is counted", InstalledWebhook.PATIENCE, () -> !StoredProfile.decisions(
                        webhook.plane(), ENFORCED, profile)
                .isEmpty());
        assertThat(StoredProfile.decisions(webhook.plane(), ENFORCED, profile))
                .singleElement()
                .satisfies(tally ->
                        assertThat(tally).containsEntry("mode", "audit").containsEntry("count", 1));
    }

    /** The API server writes the event when it has answered. */
    private JsonNode auditAnnotation(PodCreation pod, String key) {
        Pause.until("the pod is in the audit log", InstalledWebhook.PATIENCE, () -> event(pod)
                .isPresent());
        return JSON.readTree(
                event(pod).orElseThrow().path("annotations").path(key).asString("{}"));
    }

    private Optional<JsonNode> event(PodCreation pod) {
        return webhook.plane()
                .auditLog()
                .lines()
                .filter(line -> line.contains("\"namespace\":\""
                        + pod.body().at("/metadata/namespace").asString() + "\",\"name\":\"" + pod.name() + "\""))
                .map(JSON::readTree)
                .findFirst();
    }

    private List<Double> reviews() {
        return webhook.replicas().stream()
                .map(replica -> Metrics.sum(replica, "sidecar_sizer_reviews_total", "endpoint=\"audit\""))
                .toList();
    }

    /** As the header has them, its quoting taken away. */
    private static String warnings(PodCreation pod) {
        return String.join("\n", pod.warnings()).replace("\\", "");
    }
}
