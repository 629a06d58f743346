package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import java.time.Instant;

/**
 * What a proxy container used at one time.
 *
 * @param at by the clock of whoever measured it
 * @param memory its working set
 */
record Sample(PodName pod, Instant at, Bytes memory) {}
