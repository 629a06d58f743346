/** Tests of the source without Prometheus. */
@NullMarked
package dev.sidecarsizer.collect.envoy;

import org.jspecify.annotations.NullMarked;
