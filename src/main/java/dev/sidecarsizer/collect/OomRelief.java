package dev.sidecarsizer.collect;

import dev.sidecarsizer.guard.OomLoop.Prospect;
import dev.sidecarsizer.guard.RunningPods;
import dev.sidecarsizer.mesh.Pod;
import java.util.function.Function;

/**
 * What is done for pods that are killed again and again, or refuse traffic.
 *
 * @param pods acts on them
 * @param prospects what would become of a pod if it were created now
 * @param actionsPerMinute how many resizes and evictions are asked for in the whole mesh
 */
public record OomRelief(RunningPods pods, Function<Pod, Prospect> prospects, int actionsPerMinute) {}
