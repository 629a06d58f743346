package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what the other kinds say of memory. The API server has checked them; what is odd all the same is passed by. */
final class NeighbourReader {

    private static final String MEMORY = "memory";
    private static final String OFF = "Off";
    private static final String AMOUNT = "AverageValue";
    private static final Set<String> MEMORY_QUOTAS = Set.of(MEMORY, "requests.memory", "limits.memory");

    private NeighbourReader() {}

    static List<MemoryRange> ranges(Neighbours.LimitRange spec) {
        List<MemoryRange> ranges = new ArrayList<>();
        for (Neighbours.LimitItem item : Objects.requireNonNullElse(spec.limits(), List.<Neighbours.LimitItem>of())) {
            if (item == null || !("Pod".equals(item.type()) || "Container".equals(item.type()))) {
                continue;
            }
            Bytes min = bytes(item.min());
            Bytes max = bytes(item.max());
            Double ratio = ratio(item.maxLimitRequestRatio());
            if (min != null || max != null || ratio != null) {
                ranges.add(new MemoryRange("Pod".equals(item.type()), min, max, ratio));
            }
        }
        return List.copyOf(ranges);
    }

    static boolean countsMemory(Neighbours.ResourceQuota spec) {
        return spec.hard() != null && spec.hard().keySet().stream().anyMatch(MEMORY_QUOTAS::contains);
    }

    /** By the pod's memory as a share of its request, which includes the proxy's, or by the proxy's alone. */
    static boolean scalesByProxyMemory(Neighbours.HorizontalPodAutoscaler spec) {
        for (Neighbours.Metric metric : Objects.requireNonNullElse(spec.metrics(), List.<Neighbours.Metric>of())) {
            if (metric == null) {
                continue;
            }
            Neighbours.ResourceMetric pod = metric.resource();
            Neighbours.ResourceMetric container = metric.containerResource();
            if (pod != null && dependsOnRequest(pod)) {
                return true;
            }
            if (container != null && ProxyContainer.NAME.equals(container.container()) && dependsOnRequest(container)) {
                return true;
            }
        }
        return false;
    }

    /** An amount is the same whatever is requested; what is not known to be one counts as a share. */
    private static boolean dependsOnRequest(Neighbours.ResourceMetric metric) {
        boolean isAmount =
                metric.target() != null && AMOUNT.equals(metric.target().type());
        return MEMORY.equals(metric.name()) && !isAmount;
    }

    /** Unless it only recommends, or leaves the proxy or its memory alone. */
    static boolean sizesProxyMemory(Neighbours.VerticalPodAutoscaler spec) {
        if (spec.updatePolicy() != null && OFF.equals(spec.updatePolicy().updateMode())) {
            return false;
        }
        Neighbours.ContainerPolicy policy = policyOfProxy(spec.resourcePolicy());
        if (policy == null) {
            return true;
        }
        return !OFF.equals(policy.mode())
                && (policy.controlledResources() == null
                        || policy.controlledResources().contains(MEMORY));
    }

    private static Neighbours.@Nullable ContainerPolicy policyOfProxy(Neighbours.@Nullable ResourcePolicy policies) {
        Neighbours.ContainerPolicy every = null;
        if (policies != null && policies.containerPolicies() != null) {
            for (Neighbours.ContainerPolicy one : policies.containerPolicies()) {
                if (one != null && ProxyContainer.NAME.equals(one.containerName())) {
                    return one;
                }
                if (one != null && "*".equals(one.containerName())) {
                    every = one;
                }
            }
        }
        return every;
    }

    static @Nullable WorkloadKey target(String namespace, Neighbours.@Nullable TargetRef ref) {
        if (ref == null || ref.kind() == null || ref.name() == null) {
            return null;
        }
        return WorkloadKey.of(namespace, Objects.requireNonNullElse(ref.apiVersion(), ""), ref.kind(), ref.name());
    }

    private static @Nullable Bytes bytes(@Nullable Map<String, @Nullable String> amounts) {
        String text = amounts == null ? null : amounts.get(MEMORY);
        try {
            return text == null ? null : Bytes.parse(text);
        } catch (IllegalArgumentException beyondMemory) {
            return null;
        }
    }

    /** A quantity too, but a factor: read in thousandths, which is as fine as Kubernetes keeps it. */
    private static @Nullable Double ratio(@Nullable Map<String, @Nullable String> amounts) {
        String text = amounts == null ? null : amounts.get(MEMORY);
        if (text == null) {
            return null;
        }
        try {
            return text.endsWith("m")
                    ? Bytes.parse(text.substring(0, text.length() - 1)).value() / 1000.0
                    : Double.valueOf(
                            text.matches("\\d{1,9}(\\.\\d{1,9})?")
                                    ? text
                                    : String.valueOf(Bytes.parse(text).value()));
        } catch (IllegalArgumentException beyondNumbers) {
            return null;
        }
    }
}
