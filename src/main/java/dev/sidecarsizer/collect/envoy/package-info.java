/**
 * Usage without a Prometheus: the metrics API for what containers use, and a few proxies' own statistics for why.
 *
 * <p>No past lives here: what was not seen while this replica led is lost.
 *
 * <p>Next: {@code DirectUsage} is the source; {@code OpenWindows}, {@code ScrapeOrder} and {@code ProxyStats} are its
 * pure parts.
 */
@NullMarked
package dev.sidecarsizer.collect.envoy;

import org.jspecify.annotations.NullMarked;
