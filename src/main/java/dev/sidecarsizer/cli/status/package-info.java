/**
 * {@code sidecar-sizer status}: the mesh at a glance, from its profiles.
 *
 * <p>Counts only, no decision: what was decided stands in the profiles.
 *
 * <p>Next: {@link dev.sidecarsizer.audit.board.MeshStatus}.
 */
@NullMarked
package dev.sidecarsizer.cli.status;

import org.jspecify.annotations.NullMarked;
