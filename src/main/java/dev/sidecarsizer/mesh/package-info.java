/**
 * The vocabulary: a pod as it came, its proxy container, its workload, an amount of memory, a mode.
 *
 * <p>No decision lives here, and nothing that reads a network, a file or a clock.
 *
 * <p>Next: {@code profile} says what is known of a workload, {@code sizing} decides.
 */
@NullMarked
package dev.sidecarsizer.mesh;

import org.jspecify.annotations.NullMarked;
