/**
 * Replays what sidecars used and counts what each way of sizing them would have cost: OOM kills and memory reserved.
 *
 * <p>Only the command and its options are here. {@code recording} reads, {@code replay} judges, {@code peer} has the rules
 * that people use today, {@code report} writes; imports go in that order, backwards only.
 *
 * <p>Next: {@code replay.Replay} is the engine, {@code replay.Strategy} what it drives.
 */
@NullMarked
package dev.sidecarsizer.cli.backtest;

import org.jspecify.annotations.NullMarked;
