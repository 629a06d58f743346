package dev.sidecarsizer.profile.history;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a proxy should get, from what was seen. The request follows typical use, the limit the peak that the coming week
 * may bring. The policy's floor and ceiling, live use and OOM kills are for admission to see to, which knows the pod.
 */
public final class Recommender {

    private static final Bytes LEAST = Bytes.mebi(16);

    /** So many workloads at least must speak for one that nobody knows: it then exceeds them all with chance 1 in 31. */
    private static final int FEWEST_WORKLOADS = 30;

    private Recommender() {}

    /** Empty while there is too little history to say anything. */
    public static Optional<Recommendation> of(History history, Calibration calibration, Target target, Instant now) {
        return history.outlook().map(outlook -> {
            Bytes limit = limit(history.peaksSeen(), outlook, calibration, target, now)
                    .times(1)
                    .atLeast(LEAST);
            Bytes request = history.typical().times(1).atLeast(LEAST).atMost(limit);
            return new Recommendation(request, limit, null);
        });
    }

    /** What a workload without history should get: what suffices for all of those around it. Empty if they are few. */
    public static Optional<Recommendation> prior(List<Recommendation> around) {
        if (around.size() < FEWEST_WORKLOADS) {
            return Optional.empty();
        }
        return Optional.of(new Recommendation(
                most(around.stream().map(Recommendation::memoryRequest).toList()),
                most(around.stream().map(Recommendation::memoryLimit).toList()),
                null));
    }

    private static Bytes most(List<Bytes> amounts) {
        return amounts.stream().max(Comparator.naturalOrder()).orElse(LEAST);
    }

    private static Bytes limit(double seen, Outlook outlook, Calibration calibration, Target target, Instant now) {
        double bytes;
        if (target instanceof Target.Risk risk) {
            bytes = calibration.limit(outlook, risk.oomRisk() * seen, now);
        } else if (target instanceof Target.Headroom headroom) {
            bytes = outlook.highest() * headroom.factor();
        } else {
            throw new IllegalStateException("a target that is neither a risk nor a headroom: " + target);
        }
        return new Bytes((long) Math.min(bytes, Long.MAX_VALUE));
    }
}
