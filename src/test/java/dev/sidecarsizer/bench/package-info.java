/**
 * What {@code bench/learning/run.sh} runs: a whole learning loop against a real API server, and a Prometheus that makes up
 * its data; and what {@code bench/memory-lab/run.sh} runs real Envoys with. No tests; those of the parts are beside them.
 */
@NullMarked
package dev.sidecarsizer.bench;

import org.jspecify.annotations.NullMarked;
