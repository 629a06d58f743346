package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.ArrayList;
import java.util.List;

/**
 * The highest use of two weeks was at least four fifths of the limit. A limit that is no less than the recommended one is
 * meant to be as near as that, with a risk that was calibrated: there it is none.
 */
final class NearLimit implements Rule {

    private static final double NEAR = 0.8;

    @Override
    public Answer judge(Known known) {
        Bytes limit = known.limit();
        Bytes peak = known.peak();
        if (limit == null || peak == null) {
            return Rule.lacks(new Need("memory limit of a running proxy", limit), new Need("samples", peak));
        }
        double share = (double) peak.value() / Math.max(1, limit.value());
        Bytes recommended = known.recommendedLimit();
        if (share < NEAR || (recommended != null && !limit.isLess(recommended))) {
            return Rule.healthy();
        }
        List<Evidence> evidence = new ArrayList<>(List.of(
                new Evidence("peak", Text.mebi(peak), "status.observed.peak"),
                new Evidence("limit", limit.toString(), "pods that run")));
        if (recommended != null) {
            evidence.add(
                    new Evidence("recommended limit", recommended.toString(), "status.recommendation.memoryLimit"));
        }
        return Rule.found(
                null,
                "the peak of two weeks is " + Text.percent(share)
                        + " of the limit, which nobody measured: the next burst" + " may have the proxy killed",
                evidence,
                Fix.sizeUp(known, limit));
    }
}
