package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.envoy.KilledEnvoy;
import dev.sidecarsizer.install.LearningCluster.Learned;
import dev.sidecarsizer.mesh.Bytes;
import io.fabric8.kubernetes.api.model.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * The kernel kills a real Envoy, its pod's status says so, and nobody else tells anything: no Prometheus, no
 * metrics-server. Needs root for the cgroup.
 */
@Tag("mesh")
class LearnedOomKillIT {

    private static final String SHOP = "oom-shop";
    private static final Bytes LIMIT = Bytes.mebi(60);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> QUICKLY = List.of("--sidecar-sizer.collect.write-interval=1s");

    @Test
    void theNextPodGetsMoreAndTheKillIsCountedOnceWhoeverLeads(@TempDir Path folder) throws IOException {
        try (LearningCluster cluster = LearningCluster.start(SHOP)) {
            RunningDeployment reviews = RunningDeployment.of(cluster, SHOP, InjectedPod.REVIEWS);
            try (Replica first = cluster.serve(QUICKLY)) {
                String doomed = cluster.pods()
                        .create(SHOP, small(reviews.pod()))
                        .orThrow()
                        .name();
                reviews.runs(doomed);

                reviews.killed(doomed, KilledEnvoy.at(LIMIT, folder));

                Pause.until(
                        "the kill is known", PATIENCE, () -> killsOf(cluster).equals("1"));
                assertThat(profile(cluster).status("observed", "oomLimit")).isEqualTo(LIMIT.toString());
                assertThat(profile(cluster).owners()).containsExactly("Deployment " + reviews.uid());
                theNextPodGetsMore(cluster, reviews);
                Pause.until("its owner is told", PATIENCE, () -> !events(cluster, reviews.uid())
                        .isEmpty());
                assertThat(events(cluster, reviews.uid())).hasSize(1);
                assertThat(Metrics.sum(first, "sidecar_sizer_learning_oom_kills_total", ""))
                        .isEqualTo(1);
            }
            try (Replica second = cluster.serve(QUICKLY)) {
                Pause.until(
                        "another leads",
                        PATIENCE,
                        () -> Metrics.sum(second, "sidecar_sizer_learning_histories", "") > 0);
                // a second kill shows that the new leader has read the pods' statuses, the old kill's too
                Instant later = Instant.now().truncatedTo(ChronoUnit.SECONDS);
                reviews.killed(reviews.run(), later);
                Pause.until("the other kill is known", PATIENCE, () -> killsOf(cluster)
                        .equals("2"));
                assertThat(Metrics.sum(second, "sidecar_sizer_learning_oom_kills_total", ""))
                        .isEqualTo(1);
                assertThat(cluster.histories(SHOP)).hasSize(1);
            }
        }
    }

    /** So that a raise can be told from what the injector gave. */
    private static ObjectNode small(ObjectNode pod) {
        ((ObjectNode) pod.at("/spec/initContainers/1/resources/limits")).put("memory", LIMIT.toString());
        ((ObjectNode) pod.at("/spec/initContainers/1/resources/requests")).put("memory", "32Mi");
        return pod;
    }

    private static void theNextPodGetsMore(LearningCluster cluster, RunningDeployment reviews) {
        Pause.until("the next pod is raised", PATIENCE, () -> cluster.pods()
                .dryRun(SHOP, small(reviews.pod()))
                .orThrow()
                .decision()
                .contains("OOM_EVIDENCE"));
        PodCreation next = cluster.pods().create(SHOP, small(reviews.pod())).orThrow();
        Bytes limit = Bytes.parse(next.proxy().at("/resources/limits/memory").asString());
        assertThat(limit.value()).isGreaterThanOrEqualTo(LIMIT.value() * 3 / 2);
    }

    private static Learned profile(LearningCluster cluster) {
        return cluster.profile(SHOP, "deployment-reviews").orElseThrow();
    }

    private static String killsOf(LearningCluster cluster) {
        return cluster.profile(SHOP, "deployment-reviews")
                .map(profile -> profile.status("observed", "oomKills"))
                .orElse("");
    }

    private static List<Event> events(LearningCluster cluster, String uid) {
        return cluster.plane().admin().v1().events().inNamespace(SHOP).list().getItems().stream()
                .filter(event -> event.getReason().equals("SidecarOOMKilled"))
                .filter(event -> event.getInvolvedObject().getUid().equals(uid))
                .toList();
    }
}
