package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.HistoryFault;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The jar as it is shipped, two processes of it; the one that leads is killed while it writes, again and again, and
 * another goes on. In the end each history has each window of its source once.
 */
@Tag("mesh")
class KilledLeaderIT {

    private static final String FLEET = "fleet";
    private static final int WORKLOADS = 200;
    private static final int KILLS = 2;
    /** As many as take a leader longer than us to kill him. */
    private static final int SOME = 20;

    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, ChildProcess> replicas = new HashMap<>();
    private int started;

    @Test
    void noWindowIsLostAndNoneCountsTwice() throws IOException {
        Instant begin = wholeWindow(Instant.now().minusSeconds(60));
        try (LearningCluster cluster = LearningCluster.start(FLEET);
                FleetPrometheus source = new FleetPrometheus(FLEET, WORKLOADS, begin)) {
            try {
                start(cluster, source.url());
                start(cluster, source.url());
                for (int kill = 0; kill < KILLS; kill++) {
                    killTheLeaderWhileItWrites(cluster);
                    start(cluster, source.url());
                }
                String survivor = awaitLeader(cluster);
                awaitWrites(cluster);
                Instant end = wholeWindow(Instant.now());
                source.endAt(end);
                Pause.until(
                        "all windows are learnt",
                        PATIENCE,
                        () -> histories(cluster).stream()
                                        .filter(history -> history.through().equals(end))
                                        .count()
                                == WORKLOADS);
                long windows = Duration.between(begin, end).dividedBy(WINDOW);
                assertThat(histories(cluster)).hasSize(WORKLOADS).allSatisfy(history -> assertThat(
                                history.measured(null).orElseThrow().samples())
                        .isEqualTo(windows * FleetPrometheus.SAMPLES_IN_A_WINDOW));
                assertThat(awaitLeader(cluster)).isEqualTo(survivor);
            } finally {
                replicas.values().forEach(ChildProcess::close);
            }
        }
    }

    private void killTheLeaderWhileItWrites(LearningCluster cluster) {
        String leader = awaitLeader(cluster);
        awaitWrites(cluster);
        ChildProcess doomed = Objects.requireNonNull(replicas.remove(leader));
        assertThat(ProcessHandle.of(doomed.pid()).orElseThrow().destroyForcibly())
                .isTrue();
        Pause.until("it is dead", PATIENCE, () -> !doomed.isAlive());
        // killed in the middle: some have been written with a window that others have not
        assertThat(histories(cluster).stream().map(History::through).distinct().count()
                        + (WORKLOADS - histories(cluster).size()))
                .isGreaterThan(1);
    }

    /** Some histories have been written in this very moment, and others are about to be. */
    private static void awaitWrites(LearningCluster cluster) {
        List<String> before = versions(cluster);
        Pause.until("it writes", PATIENCE, () -> {
            List<String> now = versions(cluster);
            return !now.equals(before) && (now.size() <= WORKLOADS - SOME || behind(cluster) >= SOME);
        });
    }

    /** Histories that lack the last window of another. */
    private static long behind(LearningCluster cluster) {
        List<Instant> through =
                histories(cluster).stream().map(History::through).toList();
        Instant last = Collections.max(through);
        return through.stream().filter(last::isAfter).count();
    }

    private static List<String> versions(LearningCluster cluster) {
        return cluster.histories(FLEET).stream()
                .map(one -> one.getMetadata().getResourceVersion())
                .toList();
    }

    /** The name of a replica that lives and holds the lease. */
    private String awaitLeader(LearningCluster cluster) {
        List<String> leader = new ArrayList<>();
        Pause.until("somebody leads", PATIENCE, () -> {
            Lease lease = cluster.plane()
                    .admin()
                    .leases()
                    .inNamespace(Installation.NAMESPACE)
                    .withName("sidecar-sizer-learning")
                    .get();
            String holder = lease == null
                    ? ""
                    : Objects.requireNonNullElse(lease.getSpec().getHolderIdentity(), "");
            replicas.forEach((name, process) -> {
                assertThat(process.isAlive()).as(process.story()).isTrue();
                if (holder.startsWith(name + "_")) {
                    leader.add(name);
                }
            });
            return !leader.isEmpty();
        });
        return leader.getFirst();
    }

    private static List<History> histories(LearningCluster cluster) {
        return cluster.histories(FLEET).stream().map(KilledLeaderIT::history).toList();
    }

    private static History history(GenericKubernetesResource stored) {
        try {
            return History.decode(Objects.requireNonNull(stored.get("data")));
        } catch (HistoryFault fault) {
            throw new AssertionError(fault);
        }
    }

    private void start(LearningCluster cluster, URI source) {
        String name = "leader-" + started++;
        Installation installation = cluster.installation();
        replicas.put(
                name,
                ChildProcess.start(
                        name,
                        Path.of("target", "replicas", name + ".log"),
                        Path.of("").toAbsolutePath(),
                        Map.of("KUBECONFIG", installation.kubeconfig().toString(), "POD_NAME", name),
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx96m",
                                "-XX:+UseSerialGC",
                                "-jar",
                                Path.of("target", "sidecar-sizer.jar")
                                        .toAbsolutePath()
                                        .toString(),
                                "--server.address=127.0.0.1",
                                "--server.port=0",
                                "--management.server.address=127.0.0.1",
                                "--management.server.port=0",
                                "--sidecar-sizer.tls.directory=" + installation.tls(),
                                "--sidecar-sizer.shutdown.drain=0s",
                                "--sidecar-sizer.collect.prometheus.url=" + source,
                                "--sidecar-sizer.collect.prometheus.window=" + WINDOW.toSeconds() + "s",
                                "--sidecar-sizer.collect.prometheus.delay=0s",
                                "--sidecar-sizer.collect.prometheus.history=10m",
                                "--sidecar-sizer.collect.read-interval=500ms",
                                "--sidecar-sizer.collect.write-interval=1s",
                                "--sidecar-sizer.collect.writes-per-second=100")));
    }

    private static Instant wholeWindow(Instant instant) {
        long length = WINDOW.toMillis();
        return Instant.ofEpochMilli(Math.floorDiv(instant.toEpochMilli(), length) * length);
    }
}
