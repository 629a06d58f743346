package dev.sidecarsizer.admission;

import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Resize;
import java.util.List;
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

    static Verdict of(Judgement judgement) {
        Decision decision = judgement.decision();
        return new Verdict(
                judgement.mode(),
                decision.name(),
                decision.reason(),
                judgement.operations(),
                warnings(judgement.mode(), decision),
                judgement.patch() == null ? "" : judgement.patch().note());
    }

    /** In audit, what would have been; in enforce, only what somebody can mend. */
    private static List<String> warnings(Mode mode, Decision decision) {
        if (mode == Mode.AUDIT && decision instanceof Resize resize) {
            return List.of("sidecar-sizer audit: istio-proxy memory " + resize.before() + " would become "
                    + resize.after() + " (" + resize.reason() + ")");
        }
        String detail = decision instanceof Keep keep ? keep.detail() : "";
        if (mode != Mode.AUDIT && detail.isEmpty()) {
            return List.of();
        }
        return List.of("sidecar-sizer " + mode + ": istio-proxy stays as it is (" + decision.reason() + ")"
                + (detail.isEmpty() ? "" : ": " + detail));
    }
}
