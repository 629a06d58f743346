/**
 * The command line: subcommands of the same jar, for people and their scripts.
 *
 * <p>Nothing is decided here that a room below could decide, and Spring is not started: a command answers at once.
 *
 * <p>Next: {@link dev.sidecarsizer.cli.Knowledge} is what commands ask; {@code cli.review}, {@code cli.explain} and {@code
 * cli.status} are the questions, and {@code cli.backtest} replays history against sidecar-sizer and its peers.
 */
@NullMarked
package dev.sidecarsizer.cli;

import org.jspecify.annotations.NullMarked;
