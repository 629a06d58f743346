package dev.sidecarsizer.cli.backtest;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.profile.history.Target;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * What the command line says of the strategies.
 *
 * @param request request of a pod as it comes
 * @param limit its limit
 * @param oomRisk accepted chance of an OOM kill per pod and week
 * @param headroom a fixed factor instead, at least 1
 * @param floor no limit of ours below
 * @param ceiling no limit of ours above
 * @param minHistory history without which we leave a pod as it comes
 * @param window length of the windows that are seen
 * @param measurements behind each sample that is seen
 */
record Terms(
        Bytes request,
        Bytes limit,
        double oomRisk,
        OptionalDouble headroom,
        Bytes floor,
        Bytes ceiling,
        Duration minHistory,
        Duration window,
        double measurements) {

    Memory comesWith() {
        return new Memory(request, limit);
    }

    Target target() {
        return headroom.isPresent() ? new Target.Headroom(headroom.getAsDouble()) : new Target.Risk(oomRisk);
    }

    /** What is not named on the command line is as without any policy. */
    SizingPolicy policy() {
        SizingPolicy without = SizingPolicy.DEFAULT;
        return new SizingPolicy(
                "the command line",
                oomRisk,
                headroom.orElse(without.headroom()),
                floor,
                ceiling,
                minHistory,
                without.rollout(),
                without.httpIdleTimeout(),
                without.tcpIdleTimeout(),
                without.overload(),
                without.gateways(),
                without.groupBy(),
                without.oomLoop(),
                null);
    }
}
