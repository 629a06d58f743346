package dev.sidecarsizer.profile;

import org.jspecify.annotations.Nullable;

/**
 * What the guard has to say of one workload.
 *
 * @param verdict whether it may be sized
 * @param trial what the next leader goes on from, as text; {@code null} where there is nothing yet
 * @param rollout how far sizing by steps has come; {@code null} where it has not begun, or there is none
 */
public record Guarded(Verdict verdict, @Nullable String trial, @Nullable Rollout rollout) {

    /** Nothing yet. */
    public static final Guarded NOT_YET = new Guarded(Verdict.FINE, null, null);
}
