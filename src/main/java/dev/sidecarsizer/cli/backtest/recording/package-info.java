/**
 * What sidecars used, as it was recorded: files in, samples out.
 *
 * <p>Nothing is judged here. A row that cannot be used is counted, and told.
 *
 * <p>Next: {@code backtest.recording} holds them, {@code cli.backtest} has them replayed.
 */
@NullMarked
package dev.sidecarsizer.cli.backtest.recording;

import org.jspecify.annotations.NullMarked;
