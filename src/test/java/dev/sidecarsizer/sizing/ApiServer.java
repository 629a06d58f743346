package dev.sidecarsizer.sizing;

import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the API server says to a pod's memory after all mutating webhooks: the rules of Kubernetes 1.36, written down
 * once more from its sources (defaulting, {@code pkg/apis/core/validation}, {@code plugin/pkg/admission/limitranger},
 * {@code pkg/apis/core/v1/helper/qos}) and on other arithmetic than ours, so that it can contradict us.
 */
public final class ApiServer {

    private ApiServer() {}

    /** Why {@code pod} is refused; empty where it is not. */
    public static Optional<String> refusal(JsonNode pod, Surroundings surroundings) {
        return invalid(pod).or(() -> surroundings.ranges().stream()
                .flatMap(range -> outOfRange(pod, range).stream())
                .findFirst());
    }

    /** The pod's memory as LimitRange and ResourceQuota count it; {@code null} where nothing in it says any. */
    public static @Nullable BigDecimal total(JsonNode pod, String which) {
        BigDecimal podLevel = amount(pod.at("/spec/resources/" + which + "/memory"));
        return podLevel != null ? podLevel : aggregate(pod, which);
    }

    /** The QoS class. */
    public static String qos(JsonNode pod) {
        JsonNode spec = pod.path("spec");
        List<JsonNode> holders = new ArrayList<>();
        if (spec.path("resources").isObject()) {
            holders.add(spec);
        } else {
            spec.path("containers").forEach(holders::add);
            spec.path("initContainers").forEach(holders::add);
        }
        boolean anything = false;
        boolean guaranteed = true;
        for (JsonNode holder : holders) {
            for (String name : List.of("cpu", "memory")) {
                BigDecimal limit = zero(value(holder, "limits", name));
                BigDecimal request = zero(value(holder, "requests", name));
                anything |= limit.signum() > 0 || request.signum() > 0;
                guaranteed &= limit.signum() > 0 && limit.compareTo(request) == 0;
            }
        }
        return anything ? guaranteed ? "Guaranteed" : "Burstable" : "BestEffort";
    }

    private static Optional<String> invalid(JsonNode pod) {
        BigDecimal podLimit = amount(pod.at("/spec/resources/limits/memory"));
        BigDecimal podRequest = amount(pod.at("/spec/resources/requests/memory"));
        for (JsonNode container : containers(pod)) {
            BigDecimal limit = value(container, "limits", "memory");
            BigDecimal request = value(container, "requests", "memory");
            if (limit != null && request != null && request.compareTo(limit) > 0) {
                return Optional.of("request " + request + " above limit " + limit);
            }
            if (limit != null && podLimit != null && limit.compareTo(podLimit) > 0) {
                return Optional.of("limit " + limit + " above the pod's " + podLimit);
            }
        }
        if (podRequest != null && zero(aggregate(pod, "requests")).compareTo(podRequest) > 0) {
            return Optional.of("requests " + aggregate(pod, "requests") + " above the pod's " + podRequest);
        }
        return Optional.empty();
    }

    private static Optional<String> outOfRange(JsonNode pod, MemoryRange range) {
        if (range.perPod()) {
            return outOfRange(range, total(pod, "requests"), total(pod, "limits"));
        }
        return containers(pod).stream()
                .flatMap(container ->
                        outOfRange(range, value(container, "requests", "memory"), value(container, "limits", "memory"))
                                .stream())
                .findFirst();
    }

    private static Optional<String> outOfRange(
            MemoryRange range, @Nullable BigDecimal request, @Nullable BigDecimal limit) {
        if (range.min() != null) {
            BigDecimal min = BigDecimal.valueOf(range.min().value());
            if (request == null || request.compareTo(min) < 0 || (limit != null && limit.compareTo(min) < 0)) {
                return Optional.of(request + "/" + limit + " below min " + min);
            }
        }
        if (range.max() != null) {
            BigDecimal max = BigDecimal.valueOf(range.max().value());
            if (limit == null || limit.compareTo(max) > 0 || (request != null && request.compareTo(max) > 0)) {
                return Optional.of(request + "/" + limit + " above max " + max);
            }
        }
        if (range.maxLimitRequestRatio() != null) {
            if (zero(request).signum() == 0 || zero(limit).signum() == 0) {
                return Optional.of(request + "/" + limit + " has no ratio");
            }
            if (zero(limit).doubleValue() / zero(request).doubleValue() > range.maxLimitRequestRatio()) {
                return Optional.of(request + "/" + limit + " above ratio " + range.maxLimitRequestRatio());
            }
        }
        return Optional.empty();
    }

    /** As {@code AggregateContainerRequests}: KEP-753's formula. */
    private static @Nullable BigDecimal aggregate(JsonNode pod, String which) {
        BigDecimal running = null;
        for (JsonNode container : pod.path("spec").path("containers")) {
            running = sum(running, value(container, which, "memory"));
        }
        BigDecimal sidecars = null;
        BigDecimal highest = null;
        for (JsonNode container : pod.path("spec").path("initContainers")) {
            BigDecimal own = value(container, which, "memory");
            if (container.path("restartPolicy").asString("").equals("Always")) {
                running = sum(running, own);
                sidecars = sum(sidecars, own);
                highest = max(highest, sidecars);
            } else {
                highest = max(highest, sum(own, sidecars));
            }
        }
        return max(running, highest);
    }

    private static List<JsonNode> containers(JsonNode pod) {
        List<JsonNode> all = new ArrayList<>();
        pod.path("spec").path("initContainers").forEach(all::add);
        pod.path("spec").path("containers").forEach(all::add);
        return all;
    }

    /** A limit is copied into a request that is not set. */
    private static @Nullable BigDecimal value(JsonNode holder, String which, String name) {
        BigDecimal own = amount(holder.path("resources").path(which).path(name));
        return own == null && which.equals("requests")
                ? amount(holder.path("resources").path("limits").path(name))
                : own;
    }

    private static @Nullable BigDecimal amount(JsonNode quantity) {
        return quantity.isMissingNode() || quantity.isNull()
                ? null
                : Quantity.getAmountInBytes(Quantity.parse(quantity.asString()));
    }

    private static BigDecimal zero(@Nullable BigDecimal amount) {
        return amount == null ? BigDecimal.ZERO : amount;
    }

    private static @Nullable BigDecimal sum(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null ? other : other == null ? one : one.add(other);
    }

    private static @Nullable BigDecimal max(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null ? other : other == null ? one : one.max(other);
    }
}
