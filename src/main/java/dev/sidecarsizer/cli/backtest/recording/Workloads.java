package dev.sidecarsizer.cli.backtest.recording;

import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.Map;

/** What a file calls a workload. */
final class Workloads {

    /** The kind of a workload that is only a name. */
    static final String ANY_KIND = "Workload";

    private static final String DEFAULT_NAMESPACE = "default";
    private static final int PARTS = 3;

    private static final Map<String, String> GROUPS = Map.of(
            "Deployment", "apps",
            "StatefulSet", "apps",
            "DaemonSet", "apps",
            "ReplicaSet", "apps",
            "Job", "batch",
            "CronJob", "batch");

    private Workloads() {}

    /** Reads {@code shop/Deployment/reviews}; any other text is a name in namespace {@code default}. */
    static WorkloadKey parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != PARTS || parts[0].isEmpty() || parts[1].isEmpty() || parts[2].isEmpty()) {
            return new WorkloadKey(DEFAULT_NAMESPACE, "", ANY_KIND, text);
        }
        return new WorkloadKey(parts[0], GROUPS.getOrDefault(parts[1], ""), parts[1], parts[2]);
    }
}
