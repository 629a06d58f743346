package dev.sidecarsizer.audit.whatif;

import java.util.List;

/**
 * What is answered.
 *
 * @param learntDays days that were only learnt from
 * @param judgedDays days that were judged
 * @param workloads that were judged
 * @param here at the terms that were asked about
 * @param istioDefault with what Istio's injection gives each pod
 * @param curve at other risks, the largest first
 */
public record Outcome(
        Asked asked, int learntDays, int judgedDays, int workloads, Sum here, Sum istioDefault, List<Point> curve) {

    /** A risk and its price. */
    public record Point(double risk, Sum sum) {}
}
