package dev.sidecarsizer.store;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The kind {@code SidecarPolicy}, field by field as its CustomResourceDefinition has it. {@link PolicyReader} puts the
 * defaults in and bounds the rest.
 */
public record SidecarPolicy(@Nullable Spec spec, @Nullable Status status) {

    public static final String KIND = "SidecarPolicy";

    /** Bounds and choices; a field that is left out has its default. */
    public record Spec(
            @Nullable Selector selector,
            @Nullable Double oomRisk,
            @Nullable Double headroom,
            @Nullable String floor,
            @Nullable String ceiling,
            @Nullable String minHistory,
            @Nullable Rollout rollout,
            @Nullable IdleTimeout idleTimeout,
            @Nullable Overload overload,
            @Nullable Boolean gateways,
            @Nullable List<@Nullable String> groupBy,
            @Nullable String oomLoop) {}

    /** Which pods the policy is for. */
    public record Selector(@Nullable Map<String, @Nullable String> matchLabels) {}

    /** Which share of new pods is sized first, and what follows. */
    public record Rollout(@Nullable Integer percent, @Nullable String after, @Nullable String then) {}

    /** When proxies close idle connections. */
    public record IdleTimeout(@Nullable String http, @Nullable String tcp) {}

    /** The overload manager that sheds load before the kernel kills the proxy. */
    public record Overload(@Nullable Boolean enabled) {}

    /** What became of the policy. */
    public record Status(@Nullable List<SidecarProfile.@Nullable Condition> conditions) {}
}
