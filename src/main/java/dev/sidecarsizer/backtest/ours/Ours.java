package dev.sidecarsizer.backtest.ours;

import dev.sidecarsizer.backtest.replay.Strategy;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Measured;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import dev.sidecarsizer.profile.MemoryProfile.Proxy;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.profile.history.Calibration;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.profile.history.Recommender;
import dev.sidecarsizer.profile.history.Target;
import dev.sidecarsizer.sizing.Decision.Resize;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** sidecar-sizer, as its leader would have learnt and its admission decided, in a mesh that only has what is replayed. */
public final class Ours implements Strategy {

    public static final String NAME = "ours";

    private final Target target;
    private final SizingPolicy policy;
    private final NewPod pod;
    private final Map<WorkloadKey, History> histories = new HashMap<>();
    private final Map<WorkloadKey, List<PodWindow>> pending = new HashMap<>();
    private final Map<WorkloadKey, Bytes> live = new HashMap<>();
    private final Map<String, Optional<Recommendation>> priors = new HashMap<>();
    private final Calibration calibration = new Calibration();

    /**
     * @param comesWith what a pod has before it is sized
     */
    public Ours(Target target, SizingPolicy policy, Memory comesWith) {
        this.target = target;
        this.policy = policy;
        pod = new NewPod(comesWith);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void see(WorkloadKey workload, PodWindow window) {
        pending.computeIfAbsent(workload, any -> new ArrayList<>()).add(window);
    }

    @Override
    public void advance(Instant to) {
        live.clear();
        priors.clear();
        // recordings of several scrapes may be mixed, of one namespace they are alike
        Map<String, List<PodWindow>> namespaces = new HashMap<>();
        pending.forEach((workload, windows) -> namespaces
                .computeIfAbsent(workload.namespace(), any -> new ArrayList<>())
                .addAll(windows));
        Map<String, Double> apart = new HashMap<>();
        namespaces.forEach((namespace, windows) -> apart.put(namespace, PodWindow.secondsApart(windows.stream())));
        pending.forEach((workload, windows) -> {
            History history = history(workload);
            history.add(to, windows, apart.getOrDefault(workload.namespace(), 0.0));
            history.pastWeek().filter(week -> week.at().equals(to)).ifPresent(week -> week.tell(calibration));
            live.put(workload, windows.stream().map(PodWindow::peak).reduce(Bytes.ZERO, Bytes::atLeast));
        });
        pending.clear();
    }

    @Override
    public void killed(WorkloadKey workload, PodName pod, Instant at, Bytes limit) {
        history(workload).killed(pod, at, limit, at);
    }

    @Override
    public Optional<Memory> size(WorkloadKey workload, Instant now) {
        Lineage lineage = new Lineage(
                null,
                profile(workload, now),
                prior(workload.namespace(), key -> key.namespace().equals(workload.namespace()), now),
                prior("", key -> true, now));
        return pod.decide(lineage, policy) instanceof Resize resize ? Optional.of(resize.after()) : Optional.empty();
    }

    private History history(WorkloadKey workload) {
        return histories.computeIfAbsent(workload, any -> new History());
    }

    private @Nullable MemoryProfile profile(WorkloadKey workload, Instant now) {
        History history = histories.get(workload);
        if (history == null) {
            return null;
        }
        Recommendation recommendation =
                Recommender.of(history, calibration, target, now).orElse(null);
        return history.measured(live.get(workload))
                .map(measured -> new MemoryProfile(
                        workload.toString(),
                        "",
                        recommendation == null ? Standing.LEARNING : Standing.READY,
                        recommendation,
                        observed(measured),
                        Proxy.UNKNOWN,
                        null))
                .orElse(null);
    }

    private static Observed observed(Measured measured) {
        return new Observed(
                measured.days(), measured.peak(), measured.live(), measured.oomKills(), measured.oomLimit());
    }

    private @Nullable MemoryProfile prior(String name, Predicate<WorkloadKey> around, Instant now) {
        return priors.computeIfAbsent(
                        name,
                        any -> Recommender.prior(histories.entrySet().stream()
                                .filter(entry -> around.test(entry.getKey()))
                                .flatMap(entry -> Recommender.of(entry.getValue(), calibration, target, now).stream())
                                .toList()))
                .map(recommendation -> new MemoryProfile(
                        name, "", Standing.READY, recommendation, Observed.NOTHING, Proxy.UNKNOWN, null))
                .orElse(null);
    }
}
