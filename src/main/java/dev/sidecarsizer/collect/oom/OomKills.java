package dev.sidecarsizer.collect.oom;

import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyContainer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The kernel kills of a proxy that its pod's status shows: of this run, which has ended, and of the run before.
 *
 * <p>Only the reason {@code OOMKilled} is evidence, which the container runtime has from the kernel's own event. Exit
 * code 137 alone says that somebody sent SIGKILL: a failed liveness probe, a grace period that was over, a person.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-state-terminated">Container
 *     state</a>
 */
public final class OomKills {

    /** The word of the container runtime. */
    public static final String REASON = "OOMKilled";

    private OomKills() {}

    /**
     * The kills, oldest first. One without a time, which nobody could tell from the next, is left out.
     *
     * @param status the proxy's entry in the pod's {@code containerStatuses} or {@code initContainerStatuses}
     * @param limit the proxy's memory limit
     */
    public static List<OomKill> in(JsonNode status, @Nullable Bytes limit) {
        return Stream.of("lastState", "state")
                .map(state -> status.path(state).path("terminated"))
                .filter(end -> REASON.equals(end.path("reason").asString("")))
                .flatMap(end -> time(end.path("finishedAt")).stream())
                .distinct()
                .sorted(Comparator.naturalOrder())
                .map(at -> new OomKill(at, limit))
                .toList();
    }

    /** The proxy's entry in a pod's status, where it stands in either list; a missing node where there is none. */
    public static JsonNode statusOfProxy(JsonNode pod) {
        JsonNode status = pod.path("status");
        return Stream.of("initContainerStatuses", "containerStatuses")
                .flatMap(list -> status.path(list).valueStream())
                .filter(one -> ProxyContainer.NAME.equals(one.path("name").asString("")))
                .findFirst()
                .orElse(status.path(ProxyContainer.NAME).path("no status"));
    }

    private static Optional<Instant> time(JsonNode text) {
        try {
            return Optional.of(Instant.parse(text.asString("")));
        } catch (DateTimeParseException none) {
            return Optional.empty();
        }
    }
}
