/**
 * Findings: what makes a sidecar large or has it killed, by which numbers, and what to change.
 *
 * <p>Each {@link dev.sidecarsizer.advice.Kind} is one rule from what is known to an answer; no clock, no I/O, and no guess
 * where evidence is missing. {@link dev.sidecarsizer.advice.SidecarPlan} and {@link
 * dev.sidecarsizer.advice.ConnectionPlan} make what is to be applied, by resources that are there already.
 *
 * <p>Next: {@code docs/findings.md} says what each means; {@code collect} asks, {@code store} shows.
 */
@NullMarked
package dev.sidecarsizer.advice;

import org.jspecify.annotations.NullMarked;
