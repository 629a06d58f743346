package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.Map;

/**
 * What one strategy would have cost.
 *
 * @param strategy its name
 * @param total over all pods
 * @param workloads each workload by itself, in the order of their names
 */
public record Outcome(String strategy, Figures total, Map<WorkloadKey, Figures> workloads) {}
