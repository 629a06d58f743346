package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sized pods of many workloads are killed, others are not: all goes to audit, until a person has looked. */
@Tag("mesh")
class BreakerIT {

    private static final Logger LOG = LoggerFactory.getLogger(BreakerIT.class);
    private static final int WORKLOADS = 6;
    private static final int PODS = 4;
    private static final int OTHERS = 30;
    private static final String WITNESS = "breaker-witness";
    private static final String INJECTED = "128Mi/1Gi";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> QUICKLY =
            List.of("--sidecar-sizer.collect.read-interval=1s", "--sidecar-sizer.collect.write-interval=1s");

    @Test
    void stopsAllSizingAndGoesOnWhereAPersonSaysSo() {
        try (LearningCluster cluster = LearningCluster.start(WITNESS)) {
            RunningDeployment witness = mesh(cluster, WITNESS);
            List<RunningDeployment> workloads = new ArrayList<>();
            for (int i = 0; i < WORKLOADS; i++) {
                cluster.plane().createNamespace("breaker-" + i, Map.of("sidecar-sizer.dev/mode", "enforce"));
                workloads.add(mesh(cluster, "breaker-" + i));
            }
            cluster.plane().createNamespace("breaker-others", Map.of("sidecar-sizer.dev/mode", "audit"));
            RunningDeployment others = RunningDeployment.of(cluster, "breaker-others", InjectedPod.REVIEWS);
            try (Replica replica = cluster.serve(QUICKLY)) {
                for (int i = 0; i < OTHERS; i++) {
                    others.run();
                }
                Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
                List<Runnable> kills = new ArrayList<>();
                for (RunningDeployment workload : workloads) {
                    for (int i = 0; i < PODS; i++) {
                        String pod = workload.run();
                        if (i < PODS / 2) {
                            kills.add(() -> workload.killed(pod, now));
                        }
                    }
                }
                assertThat(isSized(cluster, witness)).isTrue();

                kills.forEach(Runnable::run);
                long killed = System.nanoTime();
                Pause.until("nothing is sized", PATIENCE, () -> !isSized(cluster, witness));
                LOG.info(
                        "all was held {} ms after the last kill, at an interval of a second",
                        Duration.ofNanos(System.nanoTime() - killed).toMillis());

                // a count may come between two of the kills
                assertThat(breaker(cluster)).containsPattern(" ([5-9]|1[0-2]) of 24 sized pods of [3-6] workloads");
                assertThat(Metrics.sum(replica, "sidecar_sizer_mode_cap", "by=\"breaker\""))
                        .isEqualTo(1);
                Pause.until("it is told", PATIENCE, () -> isTold(cluster));
                Pause.until(
                        "it is counted once",
                        PATIENCE,
                        () -> Metrics.sum(replica, "sidecar_sizer_breaker_trips_total") == 1);

                mend(cluster);

                Pause.until("pods are sized again", PATIENCE, () -> isSized(cluster, witness));
                // some intervals long
                Pause.ofMillis(3000);
                assertThat(isSized(cluster, witness))
                        .as("what failed before does not count again")
                        .isTrue();
                assertThat(breaker(cluster)).isEmpty();
            }
        }
    }

    private static RunningDeployment mesh(LearningCluster cluster, String namespace) {
        LearntPast.write(cluster.plane(), namespace, "reviews", Bytes.mebi(60));
        return RunningDeployment.of(cluster, namespace, InjectedPod.REVIEWS);
    }

    private static boolean isSized(LearningCluster cluster, RunningDeployment workload) {
        return !cluster.pods()
                .dryRun(WITNESS, workload.pod())
                .orThrow()
                .memory()
                .equals(INJECTED);
    }

    private static String breaker(LearningCluster cluster) {
        Map<String, String> data = cluster.plane()
                .admin()
                .configMaps()
                .inNamespace(Installation.NAMESPACE)
                .withName(Installation.NAME)
                .require()
                .getData();
        return data == null ? "" : data.getOrDefault("breaker", "");
    }

    private static void mend(LearningCluster cluster) {
        Installation.say(cluster.plane(), "breaker", "null");
    }

    private static boolean isTold(LearningCluster cluster) {
        return cluster.plane().admin().v1().events().inNamespace(Installation.NAMESPACE).list().getItems().stream()
                .anyMatch(event -> event.getReason().equals("SizingStopped"));
    }
}
