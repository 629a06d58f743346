/**
 * Reads what a process exposes of itself: Prometheus' text format and OpenMetrics.
 *
 * <p>Samples only: families, types and units are passed over, and no name means anything here.
 *
 * <p>Next: {@code envoy} scrapes proxies with it.
 */
@NullMarked
package dev.sidecarsizer.collect.openmetrics;

import org.jspecify.annotations.NullMarked;
