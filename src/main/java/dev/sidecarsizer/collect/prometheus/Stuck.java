package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.UsageSource;
import dev.sidecarsizer.mesh.PodName;
import java.time.Instant;
import java.util.Set;

/** Which proxies have closed all new connections for a while: few at any time, so that one question is of all. */
final class Stuck {

    private static final int FEWEST_SCRAPES = 2;

    private Stuck() {}

    /**
     * Those that did at each scrape of the last {@link UsageSource#STUCK}.
     *
     * @param shedding the gauge's selector, filled
     */
    static Set<PodName> at(Instant at, Api api, String shedding, PodNames names) {
        String range = shedding + "[" + UsageSource.STUCK.toSeconds() + "s]";
        String query = "max by (namespace, pod) (min_over_time(" + range + ") >= 100 and count_over_time(" + range
                + ") >= " + FEWEST_SCRAPES + ")";
        return api.instant(query, at, () -> new Api.ByPod(names)).values.keySet();
    }
}
