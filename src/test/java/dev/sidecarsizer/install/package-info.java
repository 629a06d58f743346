/**
 * sidecar-sizer on a {@link dev.sidecarsizer.cluster.ControlPlane}: the manifests of {@code deploy/} unchanged, and the
 * real application in this JVM, under the ServiceAccount that they ship.
 *
 * <p>Tests and the demo share it. What a cluster's other parts would do is done here and no more: issue the certificate,
 * write the caBundle, carry connections from the Service to the replicas.
 */
@NullMarked
package dev.sidecarsizer.install;

import org.jspecify.annotations.NullMarked;
