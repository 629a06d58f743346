package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.install.LearningCluster.Learned;
import dev.sidecarsizer.mesh.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A recommendation that is too low is taken back by itself, once more than one sized pod was killed for it. */
class GuardIT {

    private static final String SHOP = "guard-shop";
    private static final String INJECTED = "128Mi/1Gi";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> QUICKLY =
            List.of("--sidecar-sizer.collect.read-interval=1s", "--sidecar-sizer.collect.write-interval=1s");

    @Test
    void threeKillsWithdrawWhatOneKillDoesNotAndTheNextLeaderKnows() {
        try (LearningCluster cluster = LearningCluster.start(SHOP)) {
            RunningDeployment reviews = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
            LearntPast.write(cluster.plane(), SHOP, "reviews", Bytes.mebi(20));
            String until;
            try (Replica replica = cluster.serve(QUICKLY)) {
                Pause.until(
                        "pods are sized", PATIENCE, () -> next(cluster, reviews).contains("WORKLOAD_PROFILE"));
                Bytes low = limit(cluster, reviews);
                List<String> pods = List.of(reviews.run(), reviews.run(), reviews.run());

                killed(reviews, pods.get(0));
                Pause.until("the next pod gets more", PATIENCE, () -> limit(cluster, reviews)
                        .isMore(low));
                // some counts long
                Pause.ofMillis(3000);
                assertThat(next(cluster, reviews)).as("one kill is noise").contains("Resize");

                killed(reviews, pods.get(1));
                killed(reviews, pods.get(2));
                Pause.until("limits are raised", PATIENCE, () -> profile(cluster)
                        .status("guard", "verdict")
                        .equals("Raise"));
                assertThat(Bytes.parse(profile(cluster).status("guard", "memoryLimit")))
                        .isGreaterThanOrEqualTo(low.times(1.5));
                Pause.until("its owner is told", PATIENCE, () -> isTold(cluster, reviews, "SizingRaised"));
                // of pods the API server notes the second in which they are created
                Pause.ofMillis(1000);

                for (int i = 0; i < 3; i++) {
                    killed(reviews, reviews.run());
                }
                awaitLeftAlone(cluster, reviews);

                assertThat(reviews.create().decision()).isEqualTo("none");
                assertThat(Metrics.sum(replica, "sidecar_sizer_reviews_total", "reason=\"WITHDRAWN_BY_GUARD\""))
                        .isPositive();
                assertThat(profile(cluster).status("guard", "message")).startsWith("3 kernel kills");
                Pause.until("its owner is told", PATIENCE, () -> isTold(cluster, reviews, "SizingWithdrawn"));
                assertThat(Metrics.sum(replica, "sidecar_sizer_findings", "kind=\"SizingWithdrawn\""))
                        .isEqualTo(1);
                until = profile(cluster).status("guard", "until");
                assertThat(Instant.parse(until)).isAfter(Instant.now().plus(Duration.ofHours(23)));
            }
            try (Replica replica = cluster.serve(QUICKLY)) {
                // a kill makes the new leader write
                killed(reviews, reviews.run());
                Pause.until("it has written", PATIENCE, () -> profile(cluster)
                        .status("observed", "oomKills")
                        .equals("7"));
                assertThat(profile(cluster).status("guard", "until")).isEqualTo(until);
                assertThat(reviews.create().memory()).isEqualTo(INJECTED);
                assertThat(Metrics.sum(replica, "sidecar_sizer_learning_leader"))
                        .isEqualTo(1);
            }
        }
    }

    @Tag("mesh")
    @Test
    void sizedPodsThatNeverBecomeReadyWithdrawSizing() {
        try (LearningCluster cluster = LearningCluster.start(SHOP)) {
            RunningDeployment reviews = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
            LearntPast.write(cluster.plane(), SHOP, "reviews", Bytes.mebi(60));
            try (Replica replica = cluster.serve(QUICKLY)) {
                Pause.until(
                        "pods are sized", PATIENCE, () -> next(cluster, reviews).contains("WORKLOAD_PROFILE"));
                reviews.runNeverReady();
                reviews.runNeverReady();
                // some counts long
                Pause.ofMillis(3000);
                assertThat(next(cluster, reviews)).as("two are noise").contains("Resize");

                reviews.runNeverReady();
                awaitLeftAlone(cluster, reviews);

                assertThat(reviews.create().decision()).isEqualTo("none");
                assertThat(profile(cluster).status("guard", "message")).contains("never became ready");
                assertThat(Metrics.sum(replica, "sidecar_sizer_findings", "kind=\"SizingWithdrawn\""))
                        .isEqualTo(1);
            }
        }
    }

    private static void killed(RunningDeployment reviews, String pod) {
        reviews.killed(pod, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static Bytes limit(LearningCluster cluster, RunningDeployment reviews) {
        return Bytes.parse(cluster.pods()
                .dryRun(SHOP, reviews.pod())
                .orThrow()
                .proxy()
                .at("/resources/limits/memory")
                .asString());
    }

    private static void awaitLeftAlone(LearningCluster cluster, RunningDeployment reviews) {
        Pause.until("the next pod is left alone", PATIENCE, () -> cluster.pods()
                .dryRun(SHOP, reviews.pod())
                .orThrow()
                .memory()
                .equals(INJECTED));
    }

    private static String next(LearningCluster cluster, RunningDeployment reviews) {
        return cluster.pods().dryRun(SHOP, reviews.pod()).orThrow().decision();
    }

    private static Learned profile(LearningCluster cluster) {
        return cluster.profile(SHOP, "deployment-reviews").orElseThrow();
    }

    private static boolean isTold(LearningCluster cluster, RunningDeployment reviews, String reason) {
        return cluster.plane().admin().v1().events().inNamespace(SHOP).list().getItems().stream()
                .filter(event -> event.getReason().equals(reason))
                .anyMatch(event -> event.getInvolvedObject().getUid().equals(reviews.uid()));
    }
}
