package dev.sidecarsizer.mesh;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * One container of a pod.
 *
 * @param pointer where it stands in the pod, as a JSON pointer (RFC 6901): {@code /spec/initContainers/0}
 * @param tree the container, read only
 */
public record Container(String pointer, JsonNode tree) {

    public String name() {
        return Pod.text(tree.path("name")).orElse("");
    }

    public boolean isInit() {
        return pointer.startsWith("/spec/initContainers/");
    }

    /** An init container that the kubelet keeps running (KEP-753). */
    public boolean isNativeSidecar() {
        return isInit() && "Always".equals(tree.path("restartPolicy").asString(""));
    }

    /**
     * The memory limit, where one is set.
     *
     * @throws MalformedPod where it is no quantity
     */
    public Optional<Bytes> memoryLimit() {
        return memory(tree.at("/resources/limits/memory"));
    }

    /**
     * The memory request: the limit where only that is set, as the API server defaults it.
     *
     * @throws MalformedPod where it is no quantity
     */
    public Optional<Bytes> memoryRequest() {
        return memory(tree.at("/resources/requests/memory")).or(this::memoryLimit);
    }

    /** The environment variable of that name, whole, with {@code value} or {@code valueFrom}; the last, which holds. */
    public Optional<JsonNode> env(String name) {
        return lastEnv(name).stream()
                .mapToObj(index -> tree.path("env").path(index))
                .findFirst();
    }

    /** Where that variable stands in the pod, as a JSON pointer. */
    public Optional<String> envPointer(String name) {
        return lastEnv(name).stream()
                .mapToObj(index -> pointer + "/env/" + index)
                .findFirst();
    }

    private OptionalInt lastEnv(String name) {
        JsonNode variables = tree.path("env");
        return IntStream.range(0, variables.size())
                .filter(index -> name.equals(variables.path(index).path("name").asString("")))
                .max();
    }

    /** What it is started with, command and arguments. */
    Stream<String> words() {
        return Stream.of("command", "args")
                .flatMap(list -> tree.path(list).valueStream())
                .map(word -> word.asString(""));
    }

    static Optional<Bytes> memory(JsonNode quantity) {
        if (quantity.isMissingNode() || quantity.isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Bytes.parse(quantity.asString("")));
        } catch (IllegalArgumentException e) {
            throw new MalformedPod("memory of a container: " + e.getMessage(), e);
        }
    }
}
