/**
 * What a backtest found, written: table, JSON, CSV, and a page with its plots.
 *
 * <p>Nothing is computed here but text.
 *
 * <p>Next: {@code docs/backtest.md} says how to read them.
 */
@NullMarked
package dev.sidecarsizer.cli.backtest.report;

import org.jspecify.annotations.NullMarked;
