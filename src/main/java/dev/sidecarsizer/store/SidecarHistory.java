package dev.sidecarsizer.store;

import org.jspecify.annotations.Nullable;

/**
 * The kind {@code SidecarHistory}, field by field as its CustomResourceDefinition has it. Only the leader reads it.
 *
 * @param spec what it is of, as a profile says what it is about
 * @param through end of the last window in it
 * @param data the history as text
 * @param trial how sized pods do, as text
 */
public record SidecarHistory(
        SidecarProfile.@Nullable Spec spec, @Nullable String through, @Nullable String data, @Nullable String trial) {

    public static final String KIND = "SidecarHistory";
}
