package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.ArrayList;
import java.util.List;

/**
 * Daily peaks rise, by a test that chance fools once in a thousand workloads ({@code Trend}): a leak, or a configuration
 * that grows. The size is what a week of it adds.
 */
final class RisingTrend implements Rule {

    private static final int WEEK = 7;

    @Override
    public Answer judge(Known known) {
        Bytes rise = known.risePerDay();
        if (rise == null) {
            return Rule.lacks(new Need("peaks of more than a day", rise));
        }
        if (rise.value() <= 0) {
            return Rule.healthy();
        }
        String workload = Fix.named(known.workload());
        String namespace = known.workload().namespace();
        return Rule.found(
                new Bytes(rise.value() * WEEK).times(1),
                "daily peaks rise by " + Text.mebi(rise) + " a day: a leak, or a configuration that grows"
                        + room(known, rise),
                evidence(known, rise),
                "# a configuration that grows shows more of these each day; a leak does not\n"
                        + "istioctl proxy-config endpoints --namespace " + namespace + " " + workload + " | wc -l");
    }

    /** When the limit that pods have now is reached, if it goes on so. */
    private static String room(Known known, Bytes rise) {
        Bytes limit = known.limit();
        Bytes peak = known.peak();
        if (limit == null || peak == null) {
            return "";
        }
        long days = limit.minus(peak).value() / rise.value();
        return days == 0
                ? "; the limit of " + limit + " has no room for another day of it"
                : "; at that pace the limit of " + limit + " is reached in " + days + (days == 1 ? " day" : " days");
    }

    private static List<Evidence> evidence(Known known, Bytes rise) {
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(new Evidence("rise", Text.mebi(rise) + " a day", "daily peaks of up to a month"));
        if (known.limit() != null && known.peak() != null) {
            evidence.add(new Evidence("peak", Text.mebi(known.peak()), "status.observed.peak"));
            evidence.add(new Evidence("limit", known.limit().toString(), "pods that run"));
        }
        return evidence;
    }
}
