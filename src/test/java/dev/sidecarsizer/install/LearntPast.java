package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Guarded;
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

/** What a leader learnt in days before: a history that the next one goes on from, and its profile. */
final class LearntPast {

    private static final int HOURS = 4 * 24;
    private static final Duration HOUR = Duration.ofHours(1);

    private LearntPast() {}

    /** Writes that proxies of a Deployment used this much in each hour of four days. */
    static void write(ControlPlane plane, String namespace, String deployment, Bytes used) {
        WorkloadKey workload = new WorkloadKey(namespace, "apps", "Deployment", deployment);
        Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS);
        History history = new History();
        for (int hour = HOURS; hour >= 0; hour--) {
            Instant end = now.minus(HOUR.multipliedBy(hour));
            history.add(
                    end,
                    List.of(new PodWindow(new PodName(namespace, deployment + "-gone"), end, HOUR, used, used, 60)),
                    60);
        }
        try (KubernetesStore store = new KubernetesStore(plane.admin(), Installation.NAMESPACE, Onlooker.NONE, null)) {
            store.histories()
                    .write(new Learnt(
                            OfWorkload.whole(workload),
                            null,
                            history.encode(),
                            new Recommendation(used, used.times(1.5), null),
                            history.measured(null).orElse(null),
                            ProxyFacts.UNKNOWN,
                            List.of(),
                            Running.NONE,
                            Guarded.NOT_YET,
                            List.of(new Condition("Ready", true, "EnoughHistory", "4 days")),
                            Finding.All.NONE));
        }
    }
}
