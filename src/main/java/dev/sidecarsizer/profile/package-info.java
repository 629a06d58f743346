/**
 * What is known of a workload's sidecar, and the ports through which it is read and written.
 *
 * <p>No decision lives here, and no Kubernetes client: {@code store} stands behind the ports.
 *
 * <p>Next: {@code sizing} turns a profile and a policy into a decision.
 */
@NullMarked
package dev.sidecarsizer.profile;

import org.jspecify.annotations.NullMarked;
