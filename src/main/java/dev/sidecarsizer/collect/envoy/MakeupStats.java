package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.profile.Makeup;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one proxy's own statistics tell of its filters, of what istiod sends, and of themselves.
 *
 * <p>Istio has all statistics of Wasm exported: none is no plugin. Of Lua, and of clusters by their names, it has none
 * exported, unless it is told to.
 */
final class MakeupStats {

    /** What a proxy gets while it starts. */
    private static final double FIRST_PUSHES = 5;

    private static final double SECONDS_PER_HOUR = 3600;
    private static final String OUTBOUND = "outbound|";

    private final Set<String> outbound = new HashSet<>();
    private final Set<String> subsets = new HashSet<>();
    private long wasm;
    private boolean lua;
    private boolean http;
    private long series;
    private @Nullable Double pushes;
    private @Nullable Double uptime;

    void take(String name, Map<String, String> labels, double value) {
        series++;
        String cluster = labels.getOrDefault("cluster_name", labels.getOrDefault("envoy_cluster_name", ""));
        if (cluster.startsWith(OUTBOUND)) {
            cluster(cluster);
        }
        switch (name) {
            case "envoy_cluster_manager_cds_update_success" -> pushes = value;
            case "envoy_server_uptime" -> uptime = value;
            default -> {
                // a connection manager's name is a label, or in the middle
                if (name.startsWith("envoy_http_")) {
                    lua |= name.endsWith("lua_errors");
                    http |= name.endsWith("downstream_rq_total");
                }
                // Istio's own filters are no plugins: their runtime is called null
                if (name.startsWith("envoy_wasm_") && name.endsWith("_active") && !name.contains("_null_")) {
                    wasm += Math.round(value);
                }
            }
        }
    }

    /** What it is made of, of so many clusters. */
    Makeup made(@Nullable Long clusters) {
        boolean named = !outbound.isEmpty();
        return new Makeup(
                clusters,
                wasm,
                lua ? Boolean.TRUE : http ? Boolean.FALSE : null,
                perHour(pushes == null ? null : (Double) Math.max(0, pushes - FIRST_PUSHES)),
                series,
                named ? (Long) (long) outbound.size() : null,
                named ? (Long) (long) subsets.size() : null);
    }

    /** On the average since it started; of the first hour as if it were over. */
    @Nullable
    Double perHour(@Nullable Double count) {
        return count == null || uptime == null
                ? null
                : (Double) (count * SECONDS_PER_HOUR / Math.max(uptime, SECONDS_PER_HOUR));
    }

    /** {@code outbound|port|subset|host}. */
    private void cluster(String name) {
        outbound.add(name);
        String[] parts = name.split("\\|", 4);
        if (parts.length == 4 && !parts[2].isEmpty()) {
            subsets.add(name);
        }
    }
}
