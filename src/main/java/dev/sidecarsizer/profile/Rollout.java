package dev.sidecarsizer.profile;

import java.time.Duration;
import java.time.Instant;

/**
 * How far the sizing of a workload's new pods by steps has come. Made in {@code guard}; it lives here since the port to the store
 * hands it on, and sizing obeys it.
 *
 * @param percent share of new pods that is sized first, 1 to 99
 * @param since when the first of the sized pods was created
 * @param ran for how long in all sized pods were seen ready since
 * @param complete whether all new pods are sized by now
 */
public record Rollout(int percent, Instant since, Duration ran, boolean complete) {

    /**
     * What an operator asks for.
     *
     * @param percent share of new pods that is sized first, 1 to 99
     * @param trial how long sized pods must have run without harm before all are sized
     * @param goesOn whether all are sized after that; else it stays at the share until a person raises it
     */
    public record Plan(int percent, Duration trial, boolean goesOn) {}
}
