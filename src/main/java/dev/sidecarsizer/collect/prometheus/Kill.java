package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import java.time.Instant;
import java.util.Optional;

/**
 * The kernel killed a pod's proxy for want of memory.
 *
 * @param at when: as the kubelet says, or else when Prometheus first knew
 * @param limit the memory limit that it had
 */
public record Kill(PodName pod, Instant at, Optional<Bytes> limit) {}
