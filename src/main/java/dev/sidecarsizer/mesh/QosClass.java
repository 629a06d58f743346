package dev.sidecarsizer.mesh;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The quality-of-service class that the API server will give a pod, for its whole life.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/">Pod QoS classes</a>
 */
public enum QosClass {
    GUARANTEED,
    BURSTABLE,
    BEST_EFFORT;

    private static final List<String> COUNTED = List.of("cpu", "memory");

    /**
     * The class of {@code pod} if the container at {@code proxyPointer} had {@code memory}.
     *
     * @throws MalformedPod where a quantity cannot be read
     */
    public static QosClass of(Pod pod, String proxyPointer, Memory memory) {
        JsonNode podLevel = pod.tree().path("spec").path("resources");
        if (podLevel.path("requests").size() + podLevel.path("limits").size() > 0) {
            return of(List.of(new Share(podLevel, Optional.empty())));
        }
        return of(pod.containers().stream()
                .map(container -> new Share(
                        container.tree().path("resources"),
                        container.pointer().equals(proxyPointer) ? Optional.of(memory) : Optional.empty()))
                .toList());
    }

    private static QosClass of(List<Share> shares) {
        if (shares.stream().allMatch(Share::isEmpty)) {
            return BEST_EFFORT;
        }
        return shares.stream().allMatch(Share::isGuaranteed) ? GUARANTEED : BURSTABLE;
    }

    /** One container's resources, its memory perhaps replaced. */
    private record Share(JsonNode resources, Optional<Memory> replaced) {

        boolean isEmpty() {
            return COUNTED.stream()
                    .allMatch(name -> limit(name).signum() == 0 && request(name).signum() == 0);
        }

        boolean isGuaranteed() {
            return COUNTED.stream()
                    .allMatch(name -> limit(name).signum() > 0 && limit(name).compareTo(request(name)) == 0);
        }

        BigDecimal limit(String name) {
            if (name.equals("memory") && replaced.isPresent()) {
                return amount(replaced.get().limit());
            }
            return amount(resources.path("limits").path(name));
        }

        /** A request that is not set counts as the limit, as the API server defaults it. */
        BigDecimal request(String name) {
            if (name.equals("memory") && replaced.isPresent()) {
                return amount(replaced.get().request());
            }
            JsonNode request = resources.path("requests").path(name);
            return request.isMissingNode() || request.isNull() ? limit(name) : amount(request);
        }

        private static BigDecimal amount(@Nullable Bytes bytes) {
            return bytes == null ? BigDecimal.ZERO : BigDecimal.valueOf(bytes.value());
        }

        private static BigDecimal amount(JsonNode quantity) {
            if (quantity.isMissingNode() || quantity.isNull()) {
                return BigDecimal.ZERO;
            }
            try {
                return Quantity.parse(quantity.asString(""));
            } catch (IllegalArgumentException e) {
                throw new MalformedPod("resources of a container: " + e.getMessage(), e);
            }
        }
    }
}
