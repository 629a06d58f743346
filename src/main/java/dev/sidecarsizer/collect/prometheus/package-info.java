/**
 * What proxies use, from Prometheus' HTTP API, or from that of Thanos or Mimir.
 *
 * <p>Prometheus aggregates, so that weeks of a large mesh are cheap; nothing here remembers a sample. Faults of a server
 * end here, as {@code SourceFailed}.
 *
 * <p>Next: {@code PrometheusUsage} asks, {@code Transport} carries, {@code AnswerCheck} judges, {@code AnswerReader} reads.
 */
@NullMarked
package dev.sidecarsizer.collect.prometheus;

import org.jspecify.annotations.NullMarked;
