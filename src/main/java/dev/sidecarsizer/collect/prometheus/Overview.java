package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Point;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What there is to ask for at one time, or over a chunk: how many series each namespace has, and of which clusters. */
final class Overview implements Series {

    private static final int MOST_VALUES_SHOWN = 10;

    private final List<String> clusterLabels;
    private final Map<String, Set<String>> clusters;
    private final Map<String, Long> series = new TreeMap<>();

    /** @param clusters values of these labels that were seen before; those that this sees are added */
    Overview(List<String> clusterLabels, Map<String, Set<String>> clusters) {
        this.clusterLabels = clusterLabels;
        this.clusters = clusters;
    }

    /** The query that this takes the answer of, of these series. */
    static String query(List<String> clusterLabels, String workingSet) {
        String labels = clusterLabels.isEmpty() ? "" : ", " + String.join(", ", clusterLabels);
        return "count by (namespace" + labels + ") (" + workingSet + ")";
    }

    @Override
    public void take(Map<String, String> labels, List<Point> points) {
        for (String label : clusterLabels) {
            clusters.computeIfAbsent(label, any -> new TreeSet<>()).add(labels.getOrDefault(label, ""));
        }
        String namespace = labels.getOrDefault("namespace", "");
        if (!namespace.isEmpty() && !points.isEmpty()) {
            series.merge(namespace, (long) points.get(0).value(), Long::sum);
        }
    }

    List<String> namespaces() {
        return List.copyOf(series.keySet());
    }

    List<Shard> shards(int most) {
        return Shard.plan(series, most);
    }

    /** Shards of these namespaces alone. */
    List<Shard> shards(Set<String> only, int most) {
        Map<String, Long> some = new TreeMap<>();
        only.forEach(namespace -> some.put(namespace, series.getOrDefault(namespace, 0L)));
        return Shard.only(some, most);
    }

    /**
     * Refuses where several clusters answer: workloads of the same name would be taken for one.
     *
     * @throws SourceFailed naming the label, the values that were seen, and the property
     */
    void refuseSeveralClusters(String place) {
        clusters.forEach((label, values) -> {
            if (values.size() > 1) {
                String shown = values.stream()
                        .limit(MOST_VALUES_SHOWN)
                        .map(value -> value.isEmpty() ? "none" : "\"" + value + "\"")
                        .reduce((left, right) -> left + ", " + right)
                        .orElseThrow();
                String more = values.size() > MOST_VALUES_SHOWN
                        ? " and " + (values.size() - MOST_VALUES_SHOWN) + " more"
                        : "";
                String example = values.stream()
                        .filter(value -> !value.isEmpty())
                        .findFirst()
                        .orElse("");
                throw new SourceFailed(
                        place + " answers for several clusters: the label " + label + " of the proxies' memory is "
                                + shown + more + "; set " + PrometheusSettings.PREFIX + "matchers, for example to "
                                + label + "=\"" + example + "\"",
                        true);
            }
        });
    }
}
