package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.install.LearningCluster.Learned;
import dev.sidecarsizer.mesh.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Pods are created while nobody answers; they are counted by why, and told. */
@Tag("mesh")
class UnsizedPodsIT {

    private static final String SHOP = "unsized-shop";
    private static final Logger LOG = LoggerFactory.getLogger(UnsizedPodsIT.class);
    private static final Bytes USED = Bytes.mebi(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> QUICKLY =
            List.of("--sidecar-sizer.collect.read-interval=1s", "--sidecar-sizer.collect.write-interval=1s");

    @Test
    void podsThatWereCreatedWhileTheWebhookWasDownAreCountedAndListed() {
        try (LearningCluster cluster = LearningCluster.start(SHOP)) {
            RunningDeployment reviews = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
            LearntPast.write(cluster.plane(), SHOP, "reviews", USED);
            try (Replica replica = cluster.serve(QUICKLY)) {
                awaitSized(cluster, reviews);
                reviews.run();
                Pause.until("it is counted", PATIENCE, () -> profile(cluster)
                        .status("running", "sized")
                        .equals("1"));
                assertThat(count(replica, "missed")).isZero();
            }
            reviews.run();
            reviews.run();

            try (Replica replica = cluster.serve(QUICKLY)) {
                awaitCount(replica, "missed", 2);
                Pause.until("it is told", PATIENCE, () -> profile(cluster)
                        .status("running", "missed")
                        .equals("2"));
                assertThat(condition(profile(cluster))).containsEntry("reason", "AdmissionMissed");
                misfit(cluster, reviews);
                awaitCount(replica, "misfit", 1);
            }
        }
    }

    /** The leader is up, and the API server does not ask. */
    @Test
    void aWebhookThatIsNotAskedIsNoticedWithinAnInterval() {
        try (LearningCluster cluster = LearningCluster.start(SHOP)) {
            RunningDeployment reviews = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
            LearntPast.write(cluster.plane(), SHOP, "reviews", USED);
            try (Replica replica = cluster.serve(QUICKLY)) {
                awaitSized(cluster, reviews);
                cluster.plane()
                        .kubectl("", "delete", "mutatingwebhookconfiguration", Installation.NAME)
                        .orThrow();
                Pause.until("nobody asks", PATIENCE, () -> !isSized(cluster, reviews));
                reviews.run();
                long ran = System.nanoTime();

                awaitCount(replica, "missed", 1);

                Duration took = Duration.ofNanos(System.nanoTime() - ran);
                LOG.info("a missed pod was counted after {} ms, at an interval of a second", took.toMillis());
                assertThat(took).isLessThan(Duration.ofSeconds(3));
            }
        }
    }

    private static void misfit(LearningCluster cluster, RunningDeployment reviews) {
        ObjectNode pod = reviews.pod();
        pod.withObject("/metadata/annotations")
                .put("sidecar-sizer.dev/bootstrap", "{}")
                .put("sidecar-sizer.dev/decision", "{\"decision\":\"Resize\",\"after\":{\"limit\":\"64Mi\"}}");
        pod.withObject("/metadata/labels").put("sidecar-sizer.dev/mode", "audit");
        reviews.runs(cluster.pods().create(SHOP, pod).orThrow().name());
    }

    private static void awaitSized(LearningCluster cluster, RunningDeployment reviews) {
        Pause.until("pods are sized", PATIENCE, () -> isSized(cluster, reviews));
    }

    private static boolean isSized(LearningCluster cluster, RunningDeployment reviews) {
        return cluster.pods().dryRun(SHOP, reviews.pod()).orThrow().decision().contains("Resize");
    }

    private static void awaitCount(Replica replica, String why, int pods) {
        Pause.until(pods + " are " + why, PATIENCE, () -> count(replica, why) == pods);
    }

    private static double count(Replica replica, String why) {
        return Metrics.sum(
                replica, "sidecar_sizer_pods_unsized", "workload_namespace=\"" + SHOP + "\"", "why=\"" + why + "\"");
    }

    private static Learned profile(LearningCluster cluster) {
        return cluster.profile(SHOP, "deployment-reviews").orElseThrow();
    }

    private static Map<String, Object> condition(Learned profile) {
        List<Map<String, Object>> conditions =
                Objects.requireNonNullElse(profile.stored().get("status", "conditions"), List.of());
        return conditions.stream()
                .filter(one -> "Unsized".equals(one.get("type")))
                .findFirst()
                .orElseThrow();
    }
}
