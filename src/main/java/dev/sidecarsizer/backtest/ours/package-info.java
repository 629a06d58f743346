/**
 * What sidecar-sizer itself would have done, by the same code that does it: histories and calibration of
 * {@code profile.history}, decisions of {@code sizing}.
 *
 * <p>No rule lives here.
 *
 * <p>Next: {@code peer} has the others.
 */
@NullMarked
package dev.sidecarsizer.backtest.ours;

import org.jspecify.annotations.NullMarked;
