package dev.sidecarsizer.guard;

import java.util.Locale;
import java.util.Optional;

/**
 * Whether pods that we sized fail more than others, mesh-wide: then it is not one workload that is sized wrongly but we that
 * are wrong.
 *
 * <p>Two shares are compared by their Wilson intervals of 99 %: it trips where the lower end of the sized pods' lies above the
 * upper end of the others'. Others are the pods of now that we did not size, and workloads' own past, of which each hour of a
 * pod counts as one; on top of these come {@value #PRIOR_PODS} made-up pods of which one fails, so that a mesh without any
 * other pod has something to be held against.
 *
 * @see <a href="https://doi.org/10.1080/01621459.1927.10502953">Wilson 1927</a>
 */
public final class Breaker {

    private static final int FEWEST_PODS = 20;
    private static final int FEWEST_FAILED = 5;
    private static final int FEWEST_WORKLOADS = 3;
    private static final int PRIOR_PODS = 20;
    /** Of a normal distribution, two-sided. */
    private static final double Z = 2.576;

    private Breaker() {}

    /**
     * Pods, and those of them that failed: were killed by the kernel within the last hour, or never became ready.
     *
     * @param pods how many; hours count too
     * @param failed of these
     */
    public record Sample(double pods, double failed) {

        /** Both together. */
        public Sample plus(Sample other) {
            return new Sample(pods + other.pods, failed + other.failed);
        }
    }

    /**
     * Why all sizing is to be stopped; empty where it is not.
     *
     * @param sized pods that we sized
     * @param workloads of which sized pods failed
     * @param others pods that we did not size, and the past
     */
    public static Optional<String> judge(Sample sized, int workloads, Sample others) {
        boolean enough =
                sized.pods() >= FEWEST_PODS && sized.failed() >= FEWEST_FAILED && workloads >= FEWEST_WORKLOADS;
        Sample against = others.plus(new Sample(PRIOR_PODS, 1));
        if (!enough || wilson(sized, -Z) <= wilson(against, Z)) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "%.0f of %.0f sized pods of %d workloads were OOM-killed within an hour or never became ready, of others %.1f %%",
                sized.failed(),
                sized.pods(),
                workloads,
                100 * others.failed() / Math.max(1, others.pods())));
    }

    /** An end of the interval: the lower for a negative {@code z}, the upper for a positive one. */
    static double wilson(Sample sample, double z) {
        double n = sample.pods();
        double share = Math.min(1, sample.failed() / n);
        double square = z * z / n;
        return (share + square / 2 + z * Math.sqrt(share * (1 - share) / n + square / (4 * n))) / (1 + square);
    }
}
