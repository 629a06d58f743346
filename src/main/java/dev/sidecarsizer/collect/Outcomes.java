package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.Health;
import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.guard.Breaker;
import dev.sidecarsizer.guard.Breaker.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** How pods of the whole mesh do, those that we sized and the others. */
final class Outcomes {

    private static final Duration HOUR = Duration.ofHours(1);

    private Outcomes() {}

    /**
     * Why all sizing is to be stopped; empty where it is not.
     *
     * @param past of workloads before they were sized: hours of pods, and kills
     * @param since what failed before is dealt with
     */
    static Optional<String> judge(Collection<LivePod> pods, Sample past, Instant since, Instant now) {
        List<LivePod> all = pods.stream()
                .filter(pod -> pod.health() != Health.UNKNOWN || !pod.kills().isEmpty())
                .toList();
        List<LivePod> failed =
                all.stream().filter(pod -> failed(pod, since, now)).toList();
        long workloads = failed.stream()
                .filter(Outcomes::isSized)
                .map(LivePod::workload)
                .distinct()
                .count();
        return Breaker.judge(
                sample(all, failed, true),
                (int) workloads,
                sample(all, failed, false).plus(past));
    }

    private static Sample sample(List<LivePod> all, List<LivePod> failed, boolean sized) {
        return new Sample(
                all.stream().filter(pod -> isSized(pod) == sized).count(),
                failed.stream().filter(pod -> isSized(pod) == sized).count());
    }

    private static boolean isSized(LivePod pod) {
        return pod.sizing() == Sizing.SIZED;
    }

    private static boolean failed(LivePod pod, Instant since, Instant now) {
        boolean killed = pod.kills().stream()
                .anyMatch(kill -> kill.at().isAfter(since) && kill.at().isAfter(now.minus(HOUR)));
        boolean stuck = pod.health() == Health.NOT_READY
                && pod.created().isAfter(since)
                && pod.created().isBefore(now.minus(Census.PATIENCE));
        return killed || stuck;
    }
}
