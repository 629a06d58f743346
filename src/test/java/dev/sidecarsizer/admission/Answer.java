package dev.sidecarsizer.admission;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a review was answered.
 *
 * @param verdict before it was written
 * @param body as the API server gets it
 */
record Answer(Verdict verdict, String body) {

    private static final JsonMapper JSON = JsonMapper.shared();

    JsonNode tree() {
        return JSON.readTree(body);
    }

    JsonNode response() {
        return tree().path("response");
    }

    /** The operations as text; an empty array where the answer has no patch. */
    String patchText() {
        return response().has("patch")
                ? new String(Base64.getDecoder().decode(response().path("patch").asString()), StandardCharsets.UTF_8)
                : "[]";
    }

    JsonNode patch() {
        return JSON.readTree(patchText());
    }

    List<String> warnings() {
        return response().path("warnings").valueStream().map(JsonNode::asString).toList();
    }

    /** The decision for the API server's audit log; empty where there is none. */
    String note() {
        return response().at("/auditAnnotations/decision").asString("");
    }
}
