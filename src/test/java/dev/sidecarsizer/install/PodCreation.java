package dev.sidecarsizer.install;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client saw of a pod's creation.
 *
 * @param status of HTTP
 * @param warnings the header {@code Warning}, as it came
 * @param body the pod as it was stored, else why it was not
 * @param took from the request to its answer
 */
record PodCreation(int status, List<String> warnings, JsonNode body, Duration took) {

    private static final List<String> OF_THE_SERVER =
            List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp", "managedFields");

    boolean accepted() {
        return status == 201;
    }

    /** The pod, where it was stored. */
    PodCreation orThrow() {
        if (!accepted()) {
            throw new AssertionError(status + ": " + body.path("message").asString(body.toString()));
        }
        return this;
    }

    String name() {
        return body.at("/metadata/name").asString();
    }

    JsonNode proxy() {
        for (String list : List.of("initContainers", "containers")) {
            for (JsonNode container : body.path("spec").path(list)) {
                if (container.path("name").asString("").equals("istio-proxy")) {
                    return container;
                }
            }
        }
        throw new AssertionError("no istio-proxy in " + name());
    }

    /** The proxy's memory, {@code request/limit}. */
    String memory() {
        return proxy().at("/resources/requests/memory").asString("none") + "/"
                + proxy().at("/resources/limits/memory").asString("none");
    }

    Optional<String> annotation(String key) {
        JsonNode value = body.path("metadata").path("annotations").path(key);
        return value.isString() ? Optional.of(value.asString()) : Optional.empty();
    }

    Optional<String> env(String name) {
        return proxy().path("env")
                .valueStream()
                .filter(variable -> variable.path("name").asString().equals(name))
                .map(variable -> variable.path("value").asString())
                .findFirst();
    }

    /** The decision that the pod bears; {@code none} where it bears none. */
    String decision() {
        return annotation("sidecar-sizer.dev/decision").orElse("none");
    }

    /** All that does not differ from one pod of a template to the next: the same bytes mean the same pod. */
    String comparable() {
        ObjectNode copy = (ObjectNode) body.deepCopy();
        ObjectNode metadata = (ObjectNode) Objects.requireNonNull(copy.get("metadata"));
        metadata.remove(OF_THE_SERVER);
        // the API server's own volume with the token of the ServiceAccount ends in five random letters
        // and a decision names the version of its profile, which changes as decisions are counted in it
        return copy.toString()
                .replaceAll("kube-api-access-[a-z0-9]{5}", "kube-api-access")
                .replaceAll("@[0-9]+(?=\\\\\")", "");
    }
}
