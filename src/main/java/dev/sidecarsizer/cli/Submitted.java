package dev.sidecarsizer.cli;

import dev.sidecarsizer.admission.Review;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pod that somebody would create, or would have created by a controller, as an API server would send it for review.
 *
 * @param name for people
 * @param review what the webhook would be asked
 * @param injected whether it is a pod as it stands, not the template of one: injection has been, if it is to be
 */
public record Submitted(String name, Review review, boolean injected) {

    /**
     * What {@code document} is, or makes: a pod, a controller of pods, or an AdmissionReview; empty for anything else.
     *
     * @param namespace where it would be created, if it names none itself
     */
    public static Optional<Submitted> of(JsonNode document, String namespace) {
        String kind = document.path("kind").asString("");
        if (kind.equals("AdmissionReview")) {
            Review review = new Review(document, document.at("/request/uid").asString(""));
            return Optional.of(new Submitted(name(review.object(), review.namespace()), review, true));
        }
        String own = document.at("/metadata/namespace").asString(namespace);
        if (kind.equals("Pod")) {
            return Optional.of(new Submitted(name(document, own), Review.ofCreated(document, own), true));
        }
        JsonNode template = document.at(kind.equals("CronJob") ? "/spec/jobTemplate/spec/template" : "/spec/template");
        return template.path("spec").path("containers").isArray()
                ? Optional.of(
                        new Submitted(name(document, own), Review.ofCreated(pod(document, template, own), own), false))
                : Optional.empty();
    }

    /** Whether policies can select it by labels. */
    public boolean hasLabels() {
        return !review.object().at("/metadata/labels").isEmpty();
    }

    /** The pod that a controller would create, as far as it matters whose it is. */
    private static ObjectNode pod(JsonNode controller, JsonNode template, String namespace) {
        String name = controller.at("/metadata/name").asString("");
        ObjectNode pod =
                JsonMapper.shared().createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode metadata =
                pod.putObject("metadata").put("generateName", name + "-").put("namespace", namespace);
        for (String part : new String[] {"labels", "annotations"}) {
            if (template.path("metadata").has(part)) {
                metadata.set(part, template.path("metadata").path(part));
            }
        }
        metadata.putArray("ownerReferences")
                .addObject()
                .put("apiVersion", controller.path("apiVersion").asString(""))
                .put("kind", controller.path("kind").asString(""))
                .put("name", name)
                .put("controller", true);
        pod.set("spec", template.path("spec"));
        return pod;
    }

    private static String name(JsonNode object, String namespace) {
        JsonNode metadata = object.path("metadata");
        return namespace + "/" + object.path("kind").asString("?") + "/"
                + metadata.path("name").asString(metadata.path("generateName").asString("?"));
    }
}
