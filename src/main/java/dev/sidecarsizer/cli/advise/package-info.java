/**
 * {@code advise}: what makes proxies large, and what to apply against it.
 *
 * <p>The leader found most of it, by numbers, and wrote it into profiles. What it could not tell is asked of the cluster's
 * resources here, which the leader does not see; rules and plans are in {@code dev.sidecarsizer.advice}.
 *
 * <p>Next: {@code dev.sidecarsizer.advice}, whose findings these are.
 */
@NullMarked
package dev.sidecarsizer.cli.advise;

import org.jspecify.annotations.NullMarked;
