/**
 * Where each workload of the mesh stands, and all of them together, from what profiles say.
 *
 * <p>Nothing is decided or asked for here.
 *
 * <p>Next: {@code cli.status} prints it.
 */
@NullMarked
package dev.sidecarsizer.audit.board;

import org.jspecify.annotations.NullMarked;
