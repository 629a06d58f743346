/**
 * sidecar-sizer: gives each new pod's Istio sidecar the memory that its workload's sidecar really needs.
 *
 * <p>Only the way in is here. The rooms below import downwards only: {@code mesh} and {@code profile} are the
 * vocabulary, {@code sizing} and {@code patch} decide, {@code store}, {@code admission} and {@code audit} are the edges.
 *
 * <p>Next: {@code config} shows how the rooms are put together.
 */
@NullMarked
package dev.sidecarsizer;

import org.jspecify.annotations.NullMarked;
