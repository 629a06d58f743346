/**
 * The engine: plays a recording to strategies in the order of time, and judges them by what their pods would have met.
 *
 * <p>Pure: no strategy, no file and no clock live here.
 *
 * <p>Next: {@code peer} has the strategies that people use today, {@code report} writes what came of it.
 */
@NullMarked
package dev.sidecarsizer.backtest.replay;

import org.jspecify.annotations.NullMarked;
