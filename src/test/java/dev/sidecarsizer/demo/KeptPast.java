package dev.sidecarsizer.demo;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.install.Installation;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Guarded;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.store.KubernetesStore;
import dev.sidecarsizer.store.Onlooker;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A past as a leader keeps it: workloads that were sampled for four weeks, whose histories and profiles are written
 * through the leader's own port: one is sized, one the guard took back, two run with pods that were missed or came before.
 * And a revision of the shop's checkout. How much they used is made up.
 */
final class KeptPast {

    static final String NAMESPACE = "warehouse";

    private static final int DAYS = 28;
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final int SAMPLES = 60;
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS);
    private final Guarded withdrawn = new Guarded(
            new Withdraw(
                    now.minus(Duration.ofHours(5)),
                    now.plus(Duration.ofHours(43)),
                    2,
                    "4 kernel kills of pods that we sized within 6 hours, where its own past makes 0.1"),
            null,
            null);
    private final Random random = new Random(11);

    void write(ControlPlane plane) {
        plane.createNamespace(NAMESPACE, Map.of("sidecar-sizer.dev/mode", "enforce"));
        try (KubernetesStore store = new KubernetesStore(plane.admin(), Installation.NAMESPACE, Onlooker.NONE, null)) {
            write(store, "catalogue", 4, new Running(4, 0, 0, 0, 0, 0), Guarded.NOT_YET);
            write(store, "orders", 5, new Running(2, 3, 0, 0, 0, 0), withdrawn);
            write(store, "picking", 3, new Running(1, 0, 2, 0, 0, 1), Guarded.NOT_YET);
            write(store, "stock", 2, new Running(0, 0, 0, 2, 0, 0), Guarded.NOT_YET);
            Subject revision = new OfWorkload(workload("shop", "checkout"), "7c9b5d8f6d", null);
            store.histories().write(learnt(revision, "checkout", 12, 700, 6, Running.NONE, Guarded.NOT_YET, List.of()));
        }
    }

    private void write(KubernetesStore store, String name, int pods, Running running, Guarded guarded) {
        int usual = 50 + random.nextInt(250);
        List<Condition> conditions = new ArrayList<>();
        conditions.add(new Condition("Ready", true, "EnoughHistory", DAYS + " days, " + pods + " pods"));
        if (running.unsized() > 0) {
            conditions.add(new Condition("Unsized", true, "AdmissionMissed", running.unsized() + " pods run unsized"));
        }
        if (guarded.verdict() instanceof Withdraw taken) {
            conditions.add(new Condition("Withdrawn", true, "Guard", taken.why()));
        }
        WorkloadKey workload = workload(NAMESPACE, name);
        Learnt learnt = learnt(OfWorkload.whole(workload), name, pods, usual, DAYS, running, guarded, conditions);
        store.histories().write(learnt);
        if (running.sized() > 0) {
            store.sink().add(workload, List.of(sized(Objects.requireNonNull(learnt.recommendation()))));
        }
    }

    private Learnt learnt(
            Subject subject,
            String name,
            int pods,
            int usual,
            int days,
            Running running,
            Guarded guarded,
            List<Condition> conditions) {
        History history = history(name, pods, usual, days);
        Bytes peak = history.measured(null).orElseThrow().peak();
        return new Learnt(
                subject,
                null,
                history.encode(),
                new Recommendation(Bytes.mebi(usual), peak.times(1.4), Duration.ofMinutes(5)),
                history.measured(Bytes.mebi(usual)).orElseThrow(),
                ProxyFacts.UNKNOWN,
                List.of(),
                running,
                guarded,
                conditions,
                new Finding.All(List.of(), List.of()));
    }

    private static DecisionTally sized(Recommendation recommendation) {
        return new DecisionTally(
                Mode.ENFORCE,
                "Resize",
                "WORKLOAD_PROFILE",
                3,
                Instant.now(),
                Memory.OF_ISTIO,
                new Memory(recommendation.memoryRequest(), recommendation.memoryLimit()));
    }

    private static WorkloadKey workload(String namespace, String name) {
        return new WorkloadKey(namespace, "apps", "Deployment", name);
    }

    private History history(String name, int pods, int usual, int days) {
        History history = new History();
        for (Instant end = now.minus(Duration.ofDays(days)); !end.isAfter(now); end = end.plus(WINDOW)) {
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
