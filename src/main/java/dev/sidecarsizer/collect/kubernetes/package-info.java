/**
 * The pods of the mesh as the API server tells of them, reduced to what is learnt from.
 *
 * <p>Nothing here knows how much memory anything uses: that is {@code prometheus} and {@code envoy}.
 *
 * <p>Next: {@code LivePods} watches, {@code PodReader} reads one pod.
 */
@NullMarked
package dev.sidecarsizer.collect.kubernetes;

import org.jspecify.annotations.NullMarked;
