package dev.sidecarsizer.admission;

import dev.sidecarsizer.mesh.Mode;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * What one review is answered, beside {@code allowed: true}.
 *
 * @param mode how far we might go with the pod
 * @param decision {@code Resize} or {@code Keep}
 * @param reason the decision's word
 * @param patch RFC 6902 operations; none where the pod stays as it came
 * @param warnings for whoever called the API
 * @param auditAnnotation the decision as JSON, for the API server's audit log; empty for none
 */
record Verdict(
        Mode mode, String decision, String reason, ArrayNode patch, List<String> warnings, String auditAnnotation) {

    static final ArrayNode NO_PATCH = JsonMapper.shared().createArrayNode();
}
