/**
 * What is held against us: whether what was done to proxies did them good, and how far we may go on.
 *
 * <p>Pure: nothing is read or written here, and no clock is asked.
 *
 * <p>Next: {@link dev.sidecarsizer.guard.Guard} judges a workload, {@link dev.sidecarsizer.guard.Steps} goes on with it,
 * {@link dev.sidecarsizer.guard.Breaker} judges the mesh; {@code store} keeps what is decided here.
 */
@NullMarked
package dev.sidecarsizer.guard;

import org.jspecify.annotations.NullMarked;
