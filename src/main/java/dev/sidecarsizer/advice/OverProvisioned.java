package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.List;

/**
 * The proxy asks for half as much again as it typically uses, and for {@value #LEAST_MEBIBYTES} MiB more at least. The
 * size is the difference, which the scheduler keeps free for nothing. A pod that is Guaranteed stays so, and asks for its
 * limit.
 */
final class OverProvisioned implements Rule {

    private static final long LEAST_MEBIBYTES = 32;
    private static final Bytes LEAST = Bytes.mebi(LEAST_MEBIBYTES);
    private static final double MUCH = 1.5;

    @Override
    public Answer judge(Known known) {
        Bytes request = known.request();
        Bytes recommended = known.guaranteed() ? known.recommendedLimit() : known.recommendedRequest();
        if (request == null || recommended == null) {
            return Rule.lacks(
                    new Need("memory request of a running proxy", request), new Need("a recommendation", recommended));
        }
        Bytes surplus = request.minus(recommended);
        if (surplus.isLess(LEAST) || request.isLess(recommended.times(MUCH))) {
            return Rule.healthy();
        }
        return Rule.found(
                surplus,
                "the proxy asks for " + request + " and "
                        + (known.guaranteed() ? "needs at most " : "typically needs ") + recommended
                        + ": the rest is kept free on the node for nothing",
                List.of(
                        new Evidence("request", request.toString(), "pods that run"),
                        known.guaranteed()
                                ? new Evidence(
                                        "recommended limit, which a Guaranteed pod asks for",
                                        recommended.toString(),
                                        "status.recommendation.memoryLimit")
                                : new Evidence(
                                        "recommended request",
                                        recommended.toString(),
                                        "status.recommendation.memoryRequest")),
                Fix.size(known));
    }
}
