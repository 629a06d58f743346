/**
 * How one kind of object is watched through the Kubernetes API, for as long as it takes.
 *
 * <p>Nothing here knows what the objects say, nor holds them: that is who watches.
 *
 * <p>Next: {@code store} watches what decisions need, {@code collect} the pods that are learnt from.
 */
@NullMarked
package dev.sidecarsizer.watch;

import org.jspecify.annotations.NullMarked;
