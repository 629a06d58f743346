package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One key of a ConfigMap holds all replicas back at once, while pods are created, and lets them go again. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class BrakeIT {

    private static final Logger LOG = LoggerFactory.getLogger(BrakeIT.class);
    private static final String SHOP = "brake-shop";
    private static final String SIZED = "96Mi/192Mi";
    private static final String INJECTED = "128Mi/1Gi";
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final InstalledWebhook webhook;

    BrakeIT(InstalledWebhook webhook) {
        this.webhook = webhook;
    }

    @BeforeAll
    void profiles() {
        webhook.plane().createNamespace(SHOP, Map.of("sidecar-sizer.dev/mode", "enforce"));
        StoredProfile.put(webhook.plane(), SHOP, new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        webhook.awaitMemory(SHOP, InjectedPod.REVIEWS.json(SHOP), SIZED);
    }

    @AfterEach
    void release() {
        patch("null");
        webhook.awaitMemory(SHOP, InjectedPod.REVIEWS.json(SHOP), SIZED);
    }

    @Test
    void holdsWithinASecondUnderASteadyLoadAndLetsGoAsFast() {
        try (SteadyCreation pods = SteadyCreation.of(webhook, SHOP)) {
            pods.awaitMore(20);

            long braked = System.nanoTime();
            patch("\"audit\"");
            Duration untilHeld = pods.awaitFirst(INJECTED, braked);
            pods.awaitLater(braked, AT_ONCE);
            long released = System.nanoTime();
            patch("null");
            Duration untilSized = pods.awaitFirst(SIZED, released);
            pods.awaitLater(released, AT_ONCE);

            LOG.info("held after {} ms, let go after {} ms", untilHeld.toMillis(), untilSized.toMillis());
            assertThat(untilHeld).isLessThan(AT_ONCE);
            assertThat(untilSized).isLessThan(AT_ONCE);
            assertThat(pods.between(braked + AT_ONCE.toNanos(), released)).containsOnly(INJECTED);
            assertThat(pods.after(released + AT_ONCE.toNanos())).containsOnly(SIZED);
        }
    }

    @Test
    void whatWouldHaveBeenIsRecordedAndTheCapIsTold() {
        patch("\"audit\"");
        webhook.awaitMemory(SHOP, InjectedPod.REVIEWS.json(SHOP), INJECTED);

        PodCreation pod =
                webhook.pods().create(SHOP, InjectedPod.REVIEWS.json(SHOP)).orThrow();

        assertThat(String.join("\n", pod.warnings())).contains("sidecar-sizer audit: istio-proxy memory");
        Pause.until("both replicas tell", InstalledWebhook.PATIENCE, () -> caps("brake")
                .equals(List.of(1.0, 1.0)));
        assertThat(caps("property")).containsOnly(2.0);
        Pause.until(
                "it is counted in mode audit",
                InstalledWebhook.PATIENCE,
                () -> StoredProfile.decisions(webhook.plane(), SHOP, "deployment-reviews").stream()
                        .anyMatch(tally -> "audit".equals(tally.get("mode"))));
    }

    @Test
    void aWordThatCannotBeReadHoldsAtAuditAndIsCounted() {
        patch("\"halt\"");

        webhook.awaitMemory(SHOP, InjectedPod.REVIEWS.json(SHOP), INJECTED);
        Pause.until("both replicas count it", InstalledWebhook.PATIENCE, () -> sums(
                        "sidecar_sizer_cache_faulty", "kind=\"configmaps\"")
                .equals(List.of(1.0, 1.0)));
    }

    @Test
    void withoutTheConfigMapThereIsNoBrake() {
        patch("\"off\"");
        webhook.awaitMemory(SHOP, InjectedPod.REVIEWS.json(SHOP), INJECTED);

        var map = webhook.plane()
                .admin()
                .configMaps()
                .inNamespace(Installation.NAMESPACE)
                .withName(Installation.NAME);
        var shipped = map.require();
        map.delete();
        try {
            webhook.awaitMemory(SHOP, InjectedPod.REVIEWS.json(SHOP), SIZED);
        } finally {
            shipped.getMetadata().setResourceVersion(null);
            shipped.getMetadata().setUid(null);
            webhook.plane().admin().resource(shipped).create();
        }
    }

    private void patch(String mode) {
        Installation.say(webhook.plane(), "mode", mode);
    }

    private List<Double> caps(String by) {
        return sums("sidecar_sizer_mode_cap", "by=\"" + by + "\"");
    }

    private List<Double> sums(String metric, String label) {
        List<Double> sums = new ArrayList<>();
        webhook.replicas().forEach(replica -> sums.add(Metrics.sum(replica, metric, label)));
        return sums;
    }
}
