/**
 * Where profiles, policies and the cluster's other voices are kept: the Java model of our two kinds, the watches that
 * keep them in memory, the folder that stands in for a cluster, and the writer of what was decided.
 *
 * <p>No decision about a pod lives here: what is stored is read, bounded and handed on.
 *
 * <p>Next: {@code profile} and {@code sizing} hold the ports that this room serves; {@code config} chooses the adapter.
 */
@NullMarked
package dev.sidecarsizer.store;

import org.jspecify.annotations.NullMarked;
