package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.install.LearningCluster.Learned;
import dev.sidecarsizer.mesh.Bytes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A share of new pods is sized first; all are once that did no harm, and none where it did. */
@Tag("mesh")
class RolloutIT {

    private static final String SHOP = "rollout-shop";
    private static final int PODS = 120;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> QUICKLY =
            List.of("--sidecar-sizer.collect.read-interval=1s", "--sidecar-sizer.collect.write-interval=1s");

    @Test
    void aShareOfPodsIsSizedAndThenAllAndTheNextLeaderKnows() {
        try (LearningCluster cluster = LearningCluster.start(SHOP)) {
            RunningDeployment reviews = begin(cluster, "30s", "1Gi");
            try (Replica replica = cluster.serve(QUICKLY)) {
                List<String> sized = someSized(cluster, replica, reviews);
                assertThat(profile(cluster).status("rollout", "complete")).isEqualTo("false");

                sized.forEach(reviews::runs);
                Pause.until("it goes on", PATIENCE, () -> profile(cluster)
                        .status("rollout", "complete")
                        .equals("true"));
                assertAllSized(reviews);
            }
            try (Replica replica = cluster.serve(QUICKLY)) {
                reviews.killed(reviews.run(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
                Pause.until("the next leader has written", PATIENCE, () -> profile(cluster)
                        .status("observed", "oomKills")
                        .equals("1"));
                assertThat(profile(cluster).status("rollout", "complete")).isEqualTo("true");
                assertAllSized(reviews);
                assertThat(Metrics.sum(replica, "sidecar_sizer_learning_leader"))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void whereTheShareIsKilledNoneIsSizedAnyMore() {
        try (LearningCluster cluster = LearningCluster.start(SHOP)) {
            RunningDeployment reviews = begin(cluster, "1h", "64Mi");
            try (Replica replica = cluster.serve(QUICKLY)) {
                List<String> sized = someSized(cluster, replica, reviews);

                Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
                reviews.killed(sized.get(0), now);
                reviews.killed(sized.get(1), now);
                Pause.until("two kills are seen", PATIENCE, () -> profile(cluster)
                        .status("observed", "oomKills")
                        .equals("2"));
                reviews.killed(sized.get(0), now.plusSeconds(1));
                Pause.until("the guard takes it back", PATIENCE, () -> profile(cluster)
                        .status("guard", "verdict")
                        .equals("Withdraw"));

                Pause.until(
                        "no pod is sized", PATIENCE, () -> sized(reviews, PODS).isEmpty());
                assertThat(profile(cluster).status("rollout", "complete")).isEmpty();
            }
        }
    }

    /** With a ceiling that leaves no room the guard has nothing but to take sizing back. */
    private static RunningDeployment begin(LearningCluster cluster, String after, String ceiling) {
        RunningDeployment reviews = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
        LearntPast.write(cluster.plane(), SHOP, "reviews", Bytes.mebi(20));
        String policy =
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata: {name: by-steps, namespace: %s}
                spec: {ceiling: %s, rollout: {percent: 10, after: %s}}
                """
                        .formatted(SHOP, ceiling, after);
        cluster.plane()
                .admin()
                .load(new ByteArrayInputStream(policy.getBytes(StandardCharsets.UTF_8)))
                .create();
        return reviews;
    }

    /** Pods are created one after the other, all run, about a tenth is sized; these. */
    private static List<String> someSized(LearningCluster cluster, Replica replica, RunningDeployment reviews) {
        Pause.until("pods wait for their step", PATIENCE, () -> {
            reviews.create();
            return Metrics.sum(replica, "sidecar_sizer_reviews_total", "reason=\"ROLLOUT_STEP\"") > 0;
        });
        List<String> sized = new ArrayList<>(sized(reviews, PODS));
        // less than 1 in 200,000 of either by chance
        assertThat(sized).hasSizeBetween(1, 30);
        while (sized.size() < 2) {
            sized.addAll(sized(reviews, 1));
        }
        sized.forEach(reviews::runs);
        Pause.until("the leader has seen them", PATIENCE, () -> !profile(cluster)
                .status("rollout", "complete")
                .isEmpty());
        return sized;
    }

    private static List<String> sized(RunningDeployment reviews, int pods) {
        List<String> sized = new ArrayList<>();
        for (int at = 0; at < pods; at++) {
            PodCreation created = reviews.create();
            if (created.decision().contains("Resize")) {
                sized.add(created.name());
            }
        }
        return sized;
    }

    private static void assertAllSized(RunningDeployment reviews) {
        Pause.until(
                "the replica has seen it", PATIENCE, () -> sized(reviews, 20).size() == 20);
    }

    private static Learned profile(LearningCluster cluster) {
        return cluster.profile(SHOP, "deployment-reviews").orElseThrow();
    }
}
