/**
 * {@code advise}: what makes proxies large, and what to apply against it.
 *
 * <p>Nothing is found here: the leader has, and wrote it into profiles.
 *
 * <p>Next: {@code dev.sidecarsizer.advice}, whose findings these are.
 */
@NullMarked
package dev.sidecarsizer.cli.advise;

import org.jspecify.annotations.NullMarked;
