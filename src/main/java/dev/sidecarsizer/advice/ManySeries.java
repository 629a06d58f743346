package dev.sidecarsizer.advice;

import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.List;

/**
 * The proxy has statistics in great number, {@value #LEAST} series or more, each of which it holds in memory, and whoever
 * scrapes it too: a matcher that includes those of each cluster, or labels with many values.
 */
final class ManySeries implements Rule {

    private static final long LEAST = 10_000;

    @Override
    public Answer judge(Known known) {
        Long series = known.makeup().series();
        if (series == null) {
            return Rule.lacks(new Need("scrape_samples_scraped, or the proxy's own port of statistics", series));
        }
        if (series < LEAST) {
            return Rule.healthy();
        }
        return Rule.found(
                null,
                "the proxy exposes " + series + " series, each of which takes memory in it, and in Prometheus",
                List.of(new Evidence(
                        "series", series.toString(), "port 15090, or scrape_samples_scraped with the application's")),
                "# which names have the most: fewer by proxyStatsMatcher, or by a Telemetry resource that removes tags\n"
                        + "kubectl exec --namespace " + known.workload().namespace() + " "
                        + Fix.named(known.workload())
                        + " --container istio-proxy -- curl --silent localhost:15090/stats/prometheus"
                        + " | grep -v '^#' | cut -d'{' -f1 | sort | uniq -c | sort -n | tail");
    }
}
