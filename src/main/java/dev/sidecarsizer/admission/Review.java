package dev.sidecarsizer.admission;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An AdmissionReview that asks something.
 *
 * @param tree the review, read only
 * @param uid what the answer must echo
 */
public record Review(JsonNode tree, String uid) {

    /** What an API server asks when {@code pod} is created in {@code namespace}, as far as it matters to us. */
    public static Review ofCreated(JsonNode pod, String namespace) {
        ObjectNode review = JsonMapper.shared().createObjectNode();
        ObjectNode request = review.putObject("request");
        request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Pod");
        request.put("operation", "CREATE").put("namespace", namespace).set("object", pod);
        return new Review(review, "");
    }

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

    /** What the review is about. */
    public JsonNode object() {
        return request().path("object");
    }

    /** The request's namespace: the object's own can be empty at admission. */
    public String namespace() {
        return request().path("namespace").asString("");
    }

    private JsonNode request() {
        return tree.path("request");
    }
}
