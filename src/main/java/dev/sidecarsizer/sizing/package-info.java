/**
 * Profile and policy in, decision out.
 *
 * <p>Pure: no clock, no I/O, no Spring, no knowledge of how a pod is patched.
 *
 * <p>Next: {@link dev.sidecarsizer.sizing.Sizer} holds the rules; {@code patch} writes what they decide.
 */
@NullMarked
package dev.sidecarsizer.sizing;

import org.jspecify.annotations.NullMarked;
