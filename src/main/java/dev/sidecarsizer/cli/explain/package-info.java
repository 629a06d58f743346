/**
 * {@code sidecar-sizer explain}: why a workload's proxy gets what it gets.
 *
 * <p>Nothing is decided here: {@code admission.Judge} is asked with a trail, and what the rules said is set in order.
 *
 * <p>Next: {@link dev.sidecarsizer.cli.explain.Explanation} is what there is to say.
 */
@NullMarked
package dev.sidecarsizer.cli.explain;

import org.jspecify.annotations.NullMarked;
