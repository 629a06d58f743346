package dev.sidecarsizer.advice;

import dev.sidecarsizer.advice.Known.Budget;
import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.List;

/**
 * The limit of a running proxy is not the one that its overload manager works by: somebody resized the pod in place, or a
 * webhook that came after ours changed it. Below it, the kernel kills before the proxy sheds; above it, the proxy sheds
 * while there is room. A bootstrap is read at the start alone, but where its budget follows a limit that grows.
 */
final class HeapBudgetDiffers implements Rule {

    @Override
    public Answer judge(Known known) {
        Budget budget = known.budget();
        if (budget == null) {
            return Rule.lacks(new Need("a running proxy with an overload manager of ours", budget));
        }
        if (budget.fits()) {
            return Rule.healthy();
        }
        return Rule.found(
                null,
                "a proxy may use " + budget.limit() + ", and its overload manager works by "
                        + budget.writtenFor() + ": "
                        + (budget.limit().isLess(budget.writtenFor())
                                ? "the kernel kills it before it refuses traffic"
                                : "it refuses traffic while there is room")
                        + "; a new pod gets one that fits",
                List.of(
                        new Evidence("limit", budget.limit().toString(), "pods that run"),
                        new Evidence(
                                "works by",
                                budget.writtenFor().toString(),
                                "annotations sidecar-sizer.dev/decision and bootstrap")),
                Fix.restart(known.workload()));
    }
}
