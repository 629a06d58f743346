/**
 * What sidecars used, sample by sample: columns of numbers in memory.
 *
 * <p>Nothing is judged here, and nothing read.
 *
 * <p>Next: {@code backtest.replay} plays it.
 */
@NullMarked
package dev.sidecarsizer.backtest.recording;

import org.jspecify.annotations.NullMarked;
