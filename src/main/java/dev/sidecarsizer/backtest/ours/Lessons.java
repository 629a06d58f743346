package dev.sidecarsizer.backtest.ours;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Measured;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import dev.sidecarsizer.profile.MemoryProfile.Proxy;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.history.Calibration;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.profile.history.Recommender;
import dev.sidecarsizer.profile.history.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What our leader would have learnt of what is replayed, whatever it then aims at. */
final class Lessons {

    private final Map<WorkloadKey, History> histories = new HashMap<>();
    private final Map<WorkloadKey, List<PodWindow>> pending = new HashMap<>();
    private final Map<WorkloadKey, Bytes> live = new HashMap<>();
    private final Calibration told;
    private final Calibration calibration;

    /**
     * @param told hears of each week that is over
     * @param calibration what is aimed by; may be the same
     */
    Lessons(Calibration told, Calibration calibration) {
        this.told = told;
        this.calibration = calibration;
    }

    void see(WorkloadKey workload, PodWindow window) {
        pending.computeIfAbsent(workload, any -> new ArrayList<>()).add(window);
    }

    void advance(Instant to) {
        live.clear();
        Map<String, Double> apart =
                PodWindow.secondsApart(pending.values().stream().flatMap(List::stream));
        pending.forEach((workload, windows) -> {
            History history = history(workload);
            history.add(to, windows, apart.getOrDefault(workload.namespace(), 0.0));
            history.pastWeek().filter(week -> week.at().equals(to)).ifPresent(week -> week.tell(told));
            live.put(workload, windows.stream().map(PodWindow::peak).reduce(Bytes.ZERO, Bytes::atLeast));
        });
        pending.clear();
    }

    void killed(WorkloadKey workload, PodName pod, Instant at, Bytes limit) {
        history(workload).killed(pod, at, at, limit, at);
    }

    /** What a workload's profile would say; {@code null} where nothing was seen of it. */
    @Nullable
    MemoryProfile profile(WorkloadKey workload, Target target, Instant now) {
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
                        Verdict.FINE,
                        null))
                .orElse(null);
    }

    /** What suffices for all workloads {@code around}; empty where they are few. */
    Optional<Recommendation> prior(Predicate<WorkloadKey> around, Target target, Instant now) {
        return Recommender.prior(histories.entrySet().stream()
                .filter(entry -> around.test(entry.getKey()))
                .flatMap(entry -> Recommender.of(entry.getValue(), calibration, target, now).stream())
                .toList());
    }

    private History history(WorkloadKey workload) {
        return histories.computeIfAbsent(workload, any -> new History());
    }

    private static Observed observed(Measured measured) {
        return new Observed(
                measured.days(), measured.peak(), measured.live(), measured.oomKills(), measured.oomLimit());
    }
}
