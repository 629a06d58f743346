package dev.sidecarsizer.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kind {@code SidecarProfile}, field by field as its CustomResourceDefinition has it. Quantities, durations and
 * times are text here: {@link ProfileReader} bounds them before any arithmetic.
 */
public record SidecarProfile(@Nullable Spec spec, @Nullable Status status) {

    public static final String KIND = "SidecarProfile";

    /** What the profile is about. */
    public record Spec(
            @Nullable String scope,
            @Nullable Workload workload,
            @Nullable String revision,
            @Nullable Integer concurrency) {}

    /** The controller whose pods share the profile. */
    public record Workload(@Nullable String apiVersion, @Nullable String kind, @Nullable String name) {}

    /** What was seen, what follows from it, and what admission did with it. */
    public record Status(
            @Nullable Recommendation recommendation,
            @Nullable Observed observed,
            @Nullable Proxy proxy,
            @Nullable List<@Nullable OtherScaler> autoscalers,
            @Nullable Facts facts,
            @Nullable Running running,
            @Nullable Guard guard,
            @Nullable Rollout rollout,
            @Nullable List<@Nullable Condition> conditions,
            @Nullable List<@Nullable Finding> findings,
            @Nullable List<@Nullable Unjudged> unjudged,
            @Nullable List<@Nullable Decision> decisions) {}

    /** What a new pod's proxy should get. */
    public record Recommendation(
            @Nullable String memoryRequest, @Nullable String memoryLimit, @Nullable String idleTimeout) {}

    /** Memory use of the workload's proxies. */
    public record Observed(
            @Nullable Integer pods,
            @Nullable Integer days,
            @Nullable Long samples,
            @Nullable String p50,
            @Nullable String p90,
            @Nullable String p99,
            @Nullable String peak,
            @Nullable String live,
            @Nullable Integer oomKills,
            @Nullable String oomLimit,
            @Nullable String lastSample,
            @Nullable Daily daily) {}

    /** The last days, oldest first, up to one. */
    public record Daily(
            @Nullable String through,
            @Nullable List<@Nullable String> peaks,
            @Nullable List<@Nullable Integer> kills) {}

    /** The proxy whose memory was seen. */
    public record Proxy(
            @Nullable String version,
            @Nullable String image,
            @Nullable Integer concurrency,
            @Nullable Boolean nativeSidecar,
            @Nullable Boolean rawTcp) {}

    /** Who else resizes or scales the workload. */
    public record OtherScaler(
            @Nullable String kind,
            @Nullable String name,
            @Nullable List<@Nullable String> proxyResources,
            @Nullable String updateMode,
            @Nullable List<@Nullable ScaledBy> metrics) {}

    /** What a HorizontalPodAutoscaler scales by. */
    public record ScaledBy(
            @Nullable String type, @Nullable String resource, @Nullable String container, @Nullable String target) {}

    /** What drives the proxy's memory: for advice; what Envoy has allocated is for admission too. */
    public record Facts(
            @Nullable String allocated,
            @Nullable String heap,
            @Nullable String physical,
            @Nullable String agent,
            @Nullable Long connections,
            @Nullable Double requestRate,
            @Nullable Long clusters,
            @Nullable Double shedding,
            @Nullable Double pressure,
            @Nullable Double shrinksPerHour,
            @Nullable List<@Nullable String> destinations) {}

    /** The pods that run, by what became of them when they were created. */
    public record Running(
            @Nullable Integer sized,
            @Nullable Integer kept,
            @Nullable Integer missed,
            @Nullable Integer earlier,
            @Nullable Integer byNet,
            @Nullable Integer misfits) {}

    /** What the guard concluded, where it has something against sizing. */
    public record Guard(
            @Nullable String verdict,
            @Nullable String since,
            @Nullable String until,
            @Nullable Integer times,
            @Nullable String memoryLimit,
            @Nullable String message) {}

    /** How far its sizing by steps has come. */
    public record Rollout(
            @Nullable Integer percent, @Nullable String since, @Nullable String ran, @Nullable Boolean complete) {}

    /** One condition, with the meaning that Kubernetes gives to conditions. */
    public record Condition(
            @Nullable String type,
            @Nullable String status,
            @Nullable Long observedGeneration,
            @Nullable String reason,
            @Nullable String message,
            @Nullable String lastTransitionTime) {}

    /** A cause of the proxy's memory. */
    public record Finding(
            @Nullable String kind,
            @Nullable String size,
            @Nullable String confidence,
            @Nullable String message,
            @Nullable List<@Nullable Evidence> evidence,
            @Nullable String fix,
            @Nullable String since) {}

    /** A number that a finding stands on. */
    public record Evidence(@Nullable String what, @Nullable String value, @Nullable String source) {}

    /** A finding that cannot be told. */
    public record Unjudged(@Nullable String kind, @Nullable List<@Nullable String> lacks) {}

    /** A decision of admission, and how often it was taken. */
    public record Decision(
            @Nullable String mode,
            @Nullable String decision,
            @Nullable String reason,
            @Nullable Long count,
            @Nullable String lastSeen,
            @Nullable Resources before,
            @Nullable Resources after) {}

    /** Memory of a proxy container. */
    public record Resources(@Nullable String memoryRequest, @Nullable String memoryLimit) {}
}
