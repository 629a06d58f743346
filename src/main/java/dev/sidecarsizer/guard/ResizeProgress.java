package dev.sidecarsizer.guard;

import dev.sidecarsizer.guard.OomLoop.Asked;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * How far the kubelet has come with a resize, by the pod's status: what the API server took is only asked for.
 *
 * @param why it failed, in words; empty where it did not
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-node/1287-in-place-update-pod-resources">
 *     KEP-1287</a>
 */
public record ResizeProgress(State state, String why) {

    /** In one word. */
    public enum State {
        /** Not yet. */
        WAITS,
        /** The proxy has it. */
        DONE,
        /** It will not have it, or nobody knows when. */
        FAILED,
        /** Somebody asked for other memory since. */
        OVERTAKEN
    }

    /** How far it is. */
    public static ResizeProgress of(Asked asked, Pod pod, ProxyContainer proxy, Instant now) {
        if (!Objects.equals(proxy.memory().limit(), asked.to().limit())) {
            return new ResizeProgress(State.OVERTAKEN, "");
        }
        Optional<JsonNode> pending = condition(pod, "PodResizePending");
        Optional<JsonNode> inProgress = condition(pod, "PodResizeInProgress");
        boolean waits = pending.isPresent() || inProgress.isPresent();
        if (!waits && limit(pod).equals(Optional.ofNullable(asked.to().limit()))) {
            return new ResizeProgress(State.DONE, "");
        }
        if (pending.filter(one -> one.path("reason").asString("").equals("Infeasible"))
                .isPresent()) {
            return failed("the node cannot: " + words(pending.get()));
        }
        if (now.isBefore(asked.at().plus(OomLoop.PATIENCE))) {
            return new ResizeProgress(State.WAITS, "");
        }
        return failed("the kubelet did not carry it out within " + OomLoop.PATIENCE.toMinutes() + " minutes"
                + pending.or(() -> inProgress).map(one -> ": " + words(one)).orElse(""));
    }

    /** What the proxy has: a resize that was asked for and not carried out shows in the spec all the same. */
    public static Memory held(Pod pod, ProxyContainer proxy) {
        Memory asks = proxy.memory();
        return new Memory(asks.request(), limit(pod).orElse(asks.limit()));
    }

    private static ResizeProgress failed(String why) {
        return new ResizeProgress(State.FAILED, why);
    }

    /** One that holds, and that is about the pod as it is asked for now. */
    private static Optional<JsonNode> condition(Pod pod, String type) {
        long generation = pod.tree().at("/metadata/generation").asLong(0);
        return pod.tree()
                .at("/status/conditions")
                .valueStream()
                .filter(one -> one.path("type").asString("").equals(type))
                .filter(one -> one.path("status").asString("").equals("True"))
                .filter(one -> one.path("observedGeneration").asLong(generation) >= generation)
                .findFirst();
    }

    private static String words(JsonNode condition) {
        return condition.path("reason").asString("") + " "
                + condition.path("message").asString("");
    }

    /** What the kubelet says that holds. */
    private static Optional<Bytes> limit(Pod pod) {
        JsonNode status = pod.tree().path("status");
        return Stream.of("initContainerStatuses", "containerStatuses")
                .flatMap(list -> status.path(list).valueStream())
                .filter(one -> one.path("name").asString("").equals(ProxyContainer.NAME))
                .map(one -> one.at("/resources/limits/memory").asString(""))
                .filter(quantity -> !quantity.isEmpty())
                .map(Bytes::parse)
                .findFirst();
    }
}
