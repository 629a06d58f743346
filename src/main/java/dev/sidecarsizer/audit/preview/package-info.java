/**
 * What a pod that is not there yet would get, and what the words for it mean: for the command line and for the page.
 *
 * <p>Nothing is decided here: {@code admission.Judge} is asked.
 *
 * <p>Next: {@link dev.sidecarsizer.audit.preview.AssumedPod} is who is asked for, where no pod is shown.
 */
@NullMarked
package dev.sidecarsizer.audit.preview;

import org.jspecify.annotations.NullMarked;
