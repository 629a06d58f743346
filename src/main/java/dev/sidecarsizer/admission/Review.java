package dev.sidecarsizer.admission;

import tools.jackson.databind.JsonNode;

/**
 * An AdmissionReview that asks something.
 *
 * @param tree the review, read only
 * @param uid what the answer must echo
 */
record Review(JsonNode tree, String uid) {

    /** Whether it is about a pod that is being created: neither another object or operation, nor a subresource. */
    boolean isPodCreation() {
        JsonNode request = request();
        return "Pod".equals(request.at("/kind/kind").asString(""))
                && request.at("/kind/group").asString("").isEmpty()
                && "CREATE".equals(request.path("operation").asString(""))
                && request.path("subResource").asString("").isEmpty();
    }

    boolean isDryRun() {
        return request().path("dryRun").asBoolean(false);
    }

    JsonNode object() {
        return request().path("object");
    }

    /** The request's namespace: the object's own can be empty at admission. */
    String namespace() {
        return request().path("namespace").asString("");
    }

    private JsonNode request() {
        return tree.path("request");
    }
}
