/**
 * What other terms would have cost: past use, as histories remember it, replayed by {@code backtest}.
 *
 * <p>No way of sizing lives here.
 *
 * <p>Next: {@link dev.sidecarsizer.audit.whatif.WhatIf} works it out, one question after the other.
 */
@NullMarked
package dev.sidecarsizer.audit.whatif;

import org.jspecify.annotations.NullMarked;
