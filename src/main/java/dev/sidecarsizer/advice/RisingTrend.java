package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Evidence;
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
        if (rise.equals(Bytes.ZERO)) {
            return Rule.healthy();
        }
        String workload = Fix.named(known.workload());
        String namespace = known.workload().namespace();
        return Rule.found(
                new Bytes(rise.value() * WEEK).times(1),
                "daily peaks rise by " + Text.mebi(rise)
                        + " a day: a leak, or a configuration that grows; the limit has room for a week of it",
                List.of(new Evidence("rise", Text.mebi(rise) + " a day", "daily peaks of up to a month")),
                "# a configuration that grows shows more of these each day; a leak does not\n"
                        + "istioctl proxy-config endpoints --namespace " + namespace + " " + workload + " | wc -l");
    }
}
