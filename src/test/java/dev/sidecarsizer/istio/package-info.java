/**
 * A real mesh for tests: istiod and pilot-agent, built from Istio's own module, beside sidecar-sizer on a
 * {@link dev.sidecarsizer.cluster.ControlPlane}.
 */
@NullMarked
package dev.sidecarsizer.istio;

import org.jspecify.annotations.NullMarked;
