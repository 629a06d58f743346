/**
 * What is learnt from memory use over time: the decaying sketch, the history of one subject, the mesh's calibration, and
 * the recommendation that follows. Pure: time comes in with the samples.
 *
 * <p>No source of samples lives here ({@code collect}), and no object of Kubernetes ({@code store}).
 *
 * <p>Next: {@code cli.backtest} replays it against its peers.
 */
@NullMarked
package dev.sidecarsizer.profile.history;

import org.jspecify.annotations.NullMarked;
