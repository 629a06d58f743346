/**
 * The record of decisions: what was, what would have been, how often.
 *
 * <p>No decision is made here, and nothing here is waited for: admission records and goes on.
 *
 * <p>Next: {@code store} writes the record into the workload's profile.
 */
@NullMarked
package dev.sidecarsizer.audit;

import org.jspecify.annotations.NullMarked;
