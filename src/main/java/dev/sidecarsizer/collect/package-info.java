/**
 * The learning loop, which one elected leader runs: reads what proxies used, adds it to histories, and hands on what
 * they say.
 *
 * <p>No arithmetic of sizing lives here ({@code profile.history}), and nothing that a request waits for.
 *
 * <p>Next: {@code Collector} is the loop; {@code prometheus}, {@code envoy} and {@code kubernetes} are its sources.
 */
@NullMarked
package dev.sidecarsizer.collect;

import org.jspecify.annotations.NullMarked;
