package dev.sidecarsizer.store;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is read of the other kinds that have a say in a pod's memory: those fields and no more. */
final class Neighbours {

    private Neighbours() {}

    /** {@code spec} of a LimitRange. */
    record LimitRange(@Nullable List<@Nullable LimitItem> limits) {}

    /** One of its items; {@code type} is Container, Pod or PersistentVolumeClaim. */
    record LimitItem(
            @Nullable String type,
            @Nullable Map<String, @Nullable String> min,
            @Nullable Map<String, @Nullable String> max,
            @Nullable Map<String, @Nullable String> maxLimitRequestRatio) {}

    /** {@code spec} of a ResourceQuota. */
    record ResourceQuota(@Nullable Map<String, @Nullable String> hard) {}

    /** {@code spec} of a HorizontalPodAutoscaler. */
    record HorizontalPodAutoscaler(@Nullable TargetRef scaleTargetRef, @Nullable List<@Nullable Metric> metrics) {}

    /** What it scales by. */
    record Metric(
            @Nullable String type, @Nullable ResourceMetric resource, @Nullable ResourceMetric containerResource) {}

    /** A resource of the pod, or of one container of it. */
    record ResourceMetric(@Nullable String name, @Nullable String container, @Nullable MetricTarget target) {}

    /** What it is held at; {@code type} is Utilization, of the request, or AverageValue. */
    record MetricTarget(@Nullable String type) {}

    /** {@code spec} of a VerticalPodAutoscaler. */
    record VerticalPodAutoscaler(
            @Nullable TargetRef targetRef,
            @Nullable UpdatePolicy updatePolicy,
            @Nullable ResourcePolicy resourcePolicy) {}

    /** How far it may go. */
    record UpdatePolicy(@Nullable String updateMode) {}

    /** What it may do with which container. */
    record ResourcePolicy(@Nullable List<@Nullable ContainerPolicy> containerPolicies) {}

    /** What it may do with one container, or with {@code *}. */
    record ContainerPolicy(
            @Nullable String containerName,
            @Nullable String mode,
            @Nullable List<@Nullable String> controlledResources) {}

    /** The workload that an autoscaler is for. */
    record TargetRef(@Nullable String apiVersion, @Nullable String kind, @Nullable String name) {}
}
