package dev.sidecarsizer.demo;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.install.Installation;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Guarded;
import dev.sidecarsizer.profile.Histories;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.store.KubernetesStore;
import dev.sidecarsizer.store.Onlooker;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A past as a leader keeps it: workloads that were sampled for four weeks, whose histories and profiles are written
 * through the leader's own port. How much they used is made up.
 */
final class KeptPast {

    static final String NAMESPACE = "warehouse";
    static final List<String> WORKLOADS = List.of("catalogue", "orders", "picking", "stock");

    private static final int DAYS = 28;
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final int SAMPLES = 60;

    private final Random random = new Random(11);

    void write(ControlPlane plane) {
        plane.createNamespace(NAMESPACE, Map.of("sidecar-sizer.dev/mode", "audit"));
        try (KubernetesStore store = new KubernetesStore(plane.admin(), Installation.NAMESPACE, Onlooker.NONE, null)) {
            for (String workload : WORKLOADS) {
                write(store.histories(), workload);
            }
        }
    }

    private void write(Histories histories, String name) {
        int pods = 2 + random.nextInt(4);
        int usual = 50 + random.nextInt(250);
        History history = history(name, pods, usual);
        Bytes peak = history.measured(null).orElseThrow().peak();
        histories.write(new Learnt(
                OfWorkload.whole(new WorkloadKey(NAMESPACE, "apps", "Deployment", name)),
                null,
                history.encode(),
                new Recommendation(Bytes.mebi(usual), peak.times(1.4), Duration.ofMinutes(5)),
                history.measured(Bytes.mebi(usual)).orElseThrow(),
                ProxyFacts.UNKNOWN,
                List.of(),
                Running.NONE,
                Guarded.NOT_YET,
                List.of(new Condition("Ready", true, "EnoughHistory", DAYS + " days, " + pods + " pods")),
                new Finding.All(List.of(), List.of())));
    }

    private History history(String name, int pods, int usual) {
        History history = new History();
        Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS);
        for (Instant end = now.minus(Duration.ofDays(DAYS)); !end.isAfter(now); end = end.plus(WINDOW)) {
            Instant at = end;
            history.add(
                    end,
                    IntStream.range(0, pods)
                            .mapToObj(pod -> window(name + "-6d5f9c7b88-pod" + pod, at, usual))
                            .toList(),
                    (double) WINDOW.toSeconds() / SAMPLES);
        }
        return history;
    }

    /** Mostly what is usual; a burst now and then. */
    private PodWindow window(String pod, Instant end, int usual) {
        double more = 1 + 0.3 * random.nextDouble() + (random.nextInt(60) == 0 ? 2 * random.nextDouble() : 0);
        return new PodWindow(
                new PodName(NAMESPACE, pod), end, WINDOW, Bytes.mebi(usual).times(more), Bytes.mebi(usual), SAMPLES);
    }
}
