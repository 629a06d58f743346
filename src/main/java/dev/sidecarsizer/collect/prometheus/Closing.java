package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.UsageSource;
import dev.sidecarsizer.mesh.PodName;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Which proxies have closed all new connections for a while: few at any time, so that one question is of all. */
final class Closing {

    /** However it lies, it holds two scrapes that are 30 s apart, as kube-prometheus-stack has them. */
    private static final Duration LONGER = Duration.ofSeconds(70);

    private static final int FEWEST_SCRAPES = 2;

    private Closing() {}

    /**
     * Those that did at each scrape of the last {@link UsageSource#CLOSED_FOR}; where that holds one scrape, of a little longer.
     *
     * @param shedding the gauge's selector, filled
     */
    static Set<PodName> at(Instant at, Api api, String shedding, PodNames names) {
        String query = "max by (namespace, pod) (" + always(shedding, UsageSource.CLOSED_FOR) + " or "
                + always(shedding, LONGER) + ")";
        return api.instant(query, at, () -> new Api.ByPod(names)).values.keySet();
    }

    private static String always(String shedding, Duration range) {
        String samples = "(" + shedding + "[" + range.toSeconds() + "s])";
        return "(min_over_time" + samples + " >= 100 and count_over_time" + samples + " >= " + FEWEST_SCRAPES + ")";
    }
}
