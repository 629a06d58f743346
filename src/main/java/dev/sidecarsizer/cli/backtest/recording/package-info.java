/**
 * What sidecars used, as it was recorded: files in, columns of numbers in memory.
 *
 * <p>Nothing is judged here. A row that cannot be used is counted, and told.
 *
 * <p>Next: {@code cli.backtest} replays a {@code Recording}.
 */
@NullMarked
package dev.sidecarsizer.cli.backtest.recording;

import org.jspecify.annotations.NullMarked;
