/**
 * {@code sidecar-sizer review}: what would become of pods that are not created yet.
 *
 * <p>Nothing is decided here: {@code admission.Judge} is asked, as the webhook asks it.
 *
 * <p>Next: {@link dev.sidecarsizer.cli.review.ReviewCommand}.
 */
@NullMarked
package dev.sidecarsizer.cli.review;

import org.jspecify.annotations.NullMarked;
