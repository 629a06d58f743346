package dev.sidecarsizer.advice;

import dev.sidecarsizer.advice.Known.Sized;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import java.util.List;

/** The guard took sizing back, since pods that were sized did worse than those before them. */
final class SizingWithdrawn implements Rule {

    @Override
    public Answer judge(Known known) {
        Sized sized = known.sized();
        if (sized == null) {
            return Rule.lacks(new Need("a pod that was sized", sized));
        }
        Withdraw withdrawn = sized.withdrawn();
        if (withdrawn == null) {
            return Rule.healthy();
        }
        return Rule.found(
                null,
                "new pods are left as they come: " + withdrawn.why() + "; sizing is tried again " + withdrawn.until(),
                List.of(
                        new Evidence("withdrawn", withdrawn.since().toString(), "status.guard.since"),
                        new Evidence("times in a row", String.valueOf(withdrawn.times()), "status.guard.times")),
                "# pods that were sized before still run; this replaces them\n" + Fix.restart(known.workload()));
    }
}
