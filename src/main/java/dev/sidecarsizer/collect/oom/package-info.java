/**
 * What a pod's status tells of kernel kills. Pure.
 *
 * <p>Nothing is remembered here: {@code profile.history} counts each kill once.
 *
 * <p>Next: {@code kubernetes} reads pods, and hands on the kills.
 */
@NullMarked
package dev.sidecarsizer.collect.oom;

import org.jspecify.annotations.NullMarked;
