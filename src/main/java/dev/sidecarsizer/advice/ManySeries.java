package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Finding.Confidence;
import dev.sidecarsizer.profile.Finding.Evidence;
import java.util.List;

/**
 * The proxy has statistics in great number, {@value #LEAST} series or more, which it holds in memory, as whoever scrapes it
 * does: a matcher that includes those of each cluster, or labels with many values. {@value #BYTES_EACH} bytes each is what
 * 19,761 counters and gauges of clusters took in Envoy 1.40; histograms take more.
 */
final class ManySeries implements Rule {

    private static final long LEAST = 10_000;
    private static final long BYTES_EACH = 130;

    @Override
    public Answer judge(Known known) {
        Long series = known.facts().makeup().series();
        if (series == null) {
            return Rule.lacks(new Need("scrape_samples_scraped, or the proxy's own port of statistics", series));
        }
        if (series < LEAST) {
            return Rule.healthy();
        }
        Bytes cost = new Bytes(Math.min(series, Integer.MAX_VALUE) * BYTES_EACH);
        return new Answer.Found(
                cost.times(1),
                Confidence.ESTIMATED,
                "the proxy exposes " + series + " series, which take " + Text.mebi(cost)
                        + " of it or more, and many times that in Prometheus",
                List.of(
                        new Evidence(
                                "series",
                                series.toString(),
                                "port 15090, or scrape_samples_scraped with the application's"),
                        new Evidence("each", BYTES_EACH + " bytes", "docs/findings.md")),
                "# which names have the most: fewer by proxyStatsMatcher, or by a Telemetry resource that removes tags\n"
                        + "kubectl exec --namespace " + known.workload().namespace() + " "
                        + Fix.named(known.workload())
                        + " --container istio-proxy -- curl --silent localhost:15090/stats/prometheus"
                        + " | grep -v '^#' | cut -d'{' -f1 | sort | uniq -c | sort -n | tail");
    }
}
