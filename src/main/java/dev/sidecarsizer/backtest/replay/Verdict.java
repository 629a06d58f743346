package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.backtest.recording.PodSeries;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums up the trials of all pods. */
final class Verdict {

    private final List<PodSeries> pods;
    private final @Nullable Trial[][] trials;

    /** @param trials by pod and strategy; {@code null} for a pod that was gone before judging began */
    Verdict(List<PodSeries> pods, @Nullable Trial[][] trials) {
        this.pods = pods;
        this.trials = trials;
    }

    List<Outcome> outcomes(List<Strategy> strategies) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int strategy = 0; strategy < strategies.size(); strategy++) {
            outcomes.add(outcome(strategy, strategies.get(strategy).name()));
        }
        return outcomes;
    }

    private Outcome outcome(int strategy, String name) {
        Tally total = new Tally();
        Map<WorkloadKey, Tally> workloads = new LinkedHashMap<>();
        for (int pod = 0; pod < pods.size(); pod++) {
            Trial[] sized = trials[pod];
            if (sized != null) {
                total.add(sized[strategy]);
                workloads
                        .computeIfAbsent(pods.get(pod).workload(), any -> new Tally())
                        .add(sized[strategy]);
            }
        }
        Map<WorkloadKey, Figures> figures = new LinkedHashMap<>();
        workloads.forEach((workload, tally) -> figures.put(workload, tally.figures()));
        return new Outcome(name, total.figures(), Collections.unmodifiableMap(figures));
    }
}
