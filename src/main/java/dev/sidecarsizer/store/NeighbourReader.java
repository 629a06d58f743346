package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Autoscaler.Metric;
import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what the other kinds say of memory. The API server has checked them; what is odd all the same is passed by. */
final class NeighbourReader {

    private static final String MEMORY = "memory";
    private static final String OFF = "Off";
    private static final List<String> EVERYTHING = List.of("cpu", MEMORY);
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

    /** What is said of {@code name}: by which metrics it scales. */
    static Autoscaler horizontal(String name, Neighbours.HorizontalPodAutoscaler spec) {
        List<Metric> metrics = Objects.requireNonNullElse(spec.metrics(), List.<Neighbours.Metric>of()).stream()
                .flatMap(metric -> Stream.ofNullable(metric == null ? null : metric(metric)))
                .distinct()
                .toList();
        List<String> shares = metrics.stream()
                .filter(Metric::dependsOnProxyRequest)
                .flatMap(metric -> Stream.ofNullable(metric.resource()))
                .distinct()
                .sorted()
                .toList();
        return new Autoscaler(Autoscaler.HORIZONTAL, name, shares, null, metrics);
    }

    private static @Nullable Metric metric(Neighbours.Metric metric) {
        Neighbours.ResourceMetric container = metric.containerResource();
        Neighbours.ResourceMetric of = container == null ? metric.resource() : container;
        if (of == null || of.name() == null) {
            return metric.type() == null ? null : new Metric(metric.type().intern(), null, null, null);
        }
        return new Metric(
                container == null ? Metric.OF_ALL : "ContainerResource",
                of.name().intern(),
                container == null ? null : of.container(),
                of.target() == null || of.target().type() == null
                        ? null
                        : of.target().type().intern());
    }

    /** The same: what it does with the proxy, unless it only recommends, or leaves that container alone. */
    static Autoscaler vertical(String name, Neighbours.VerticalPodAutoscaler spec) {
        String mode = spec.updatePolicy() == null ? null : spec.updatePolicy().updateMode();
        Neighbours.ContainerPolicy policy = policyOfProxy(spec.resourcePolicy());
        boolean off = OFF.equals(mode) || (policy != null && OFF.equals(policy.mode()));
        List<String> sets = off ? List.of() : controlled(policy);
        return new Autoscaler(Autoscaler.VERTICAL, name, sets, mode == null ? null : mode.intern(), List.of());
    }

    private static List<String> controlled(Neighbours.@Nullable ContainerPolicy policy) {
        if (policy == null || policy.controlledResources() == null) {
            return EVERYTHING;
        }
        return policy.controlledResources().stream()
                .flatMap(Stream::ofNullable)
                .map(String::intern)
                .distinct()
                .sorted()
                .toList();
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
        return amounts == null ? null : Bytes.orNull(amounts.get(MEMORY));
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
