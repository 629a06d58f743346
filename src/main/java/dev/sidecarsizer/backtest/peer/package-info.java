/**
 * The rules that people size sidecars by today, as their sources have them. Pure: time comes in with the samples.
 *
 * <p>Constants and sources are in {@code docs/decisions/0009-peers-of-the-backtest.md}.
 *
 * <p>Next: {@code cli.backtest} replays them.
 */
@NullMarked
package dev.sidecarsizer.backtest.peer;

import org.jspecify.annotations.NullMarked;
