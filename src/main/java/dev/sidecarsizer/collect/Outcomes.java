package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.Health;
import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.guard.Breaker;
import dev.sidecarsizer.guard.Breaker.Sample;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How pods of the whole mesh do, those that we sized and the others. A pod that never became ready has failed only
 * where one did, of any kind, that was created in the same hour: with istiod away none does, whatever its size.
 */
final class Outcomes {

    private static final Duration HOUR = Duration.ofHours(1);

    private Outcomes() {}

    /**
     * Why all sizing is to be stopped; empty where it is not.
     *
     * @param stuck which of them never became ready
     * @param past of workloads before they were sized: hours of pods, and kills
     * @param since what failed before is dealt with
     */
    static Optional<String> judge(
            Collection<LivePod> pods, Predicate<LivePod> stuck, Sample past, Instant since, Instant now) {
        List<LivePod> all = pods.stream()
                .filter(pod -> pod.health() != Health.UNKNOWN || !pod.kills().isEmpty())
                .toList();
        Set<Instant> served = pods.stream()
                .filter(pod -> pod.health() == Health.READY)
                .map(Outcomes::hour)
                .collect(Collectors.toSet());
        List<LivePod> failed = all.stream()
                .filter(pod -> wasKilled(pod, since, now)
                        || (stuck.test(pod) && pod.created().isAfter(since) && served.contains(hour(pod))))
                .toList();
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

    /** In which it was created. */
    private static Instant hour(LivePod pod) {
        return pod.created().truncatedTo(ChronoUnit.HOURS);
    }

    private static boolean isSized(LivePod pod) {
        return pod.sizing() == Sizing.SIZED;
    }

    private static boolean wasKilled(LivePod pod, Instant since, Instant now) {
        return pod.kills().stream()
                .anyMatch(kill -> kill.at().isAfter(since) && kill.at().isAfter(now.minus(HOUR)));
    }
}
