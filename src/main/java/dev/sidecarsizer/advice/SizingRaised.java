package dev.sidecarsizer.advice;

import dev.sidecarsizer.advice.Known.Sized;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Verdict.Raise;
import java.util.List;

/** The guard raised limits, since pods that were sized were killed, or refused traffic, where a larger one is allowed. */
final class SizingRaised implements Rule {

    @Override
    public Answer judge(Known known) {
        Sized sized = known.sized();
        if (sized == null) {
            return Rule.lacks(new Need("a pod that was sized", sized));
        }
        Raise raised = sized.raised();
        if (raised == null) {
            return Rule.healthy();
        }
        return Rule.found(
                null,
                "new pods get a limit of " + raised.limit() + " or more until " + raised.until() + ": " + raised.why(),
                List.of(
                        new Evidence("raised", raised.since().toString(), "status.guard.since"),
                        new Evidence("times in a row", String.valueOf(raised.times()), "status.guard.times")),
                "# pods that were sized before still run; this replaces them\n" + Fix.restart(known.workload()));
    }
}
