/**
 * What a decision means for the pod's JSON: memory, overload bootstrap, idle timeout, as one RFC 6902 patch.
 *
 * <p>Pure: the same pod and decision give the same bytes. Nothing is decided here about how much memory is right.
 *
 * <p>Next: {@link dev.sidecarsizer.patch.ProxyPatch} puts the parts together; {@code admission} sends them.
 */
@NullMarked
package dev.sidecarsizer.patch;

import org.jspecify.annotations.NullMarked;
