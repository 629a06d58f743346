package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.admission.Review;
import dev.sidecarsizer.audit.board.WorkloadStatus;
import dev.sidecarsizer.audit.preview.AssumedPod;
import dev.sidecarsizer.audit.preview.InMode;
import dev.sidecarsizer.audit.preview.Meanings;
import dev.sidecarsizer.audit.preview.Meanings.Meaning;
import dev.sidecarsizer.audit.preview.Sized;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Trail;
import dev.sidecarsizer.store.SidecarProfile.Proxy;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a new pod would get, by whoever answers {@code /mutate}.
 *
 * @param mode how far we may go in its namespace, by label and cap
 * @param judgement of a pod in {@code enforce}
 * @param sized what it then has; {@code null} where it stays as it comes
 * @param assumed what the pod was taken for, in words
 * @param owned whether the last pod's owner had a word, which this pod has not
 */
record Preview(Mode mode, Judgement judgement, @Nullable Sized sized, String assumed, boolean owned) {

    /** So begin the words of decisions that an owner made. */
    private static final String OWNER = "OWNER";

    static Preview of(WorkloadStatus status, @Nullable Proxy lastSeen, Judge judge) {
        WorkloadKey workload = status.workload();
        Review review = AssumedPod.of(workload, lastSeen, status.before(), Map.of());
        Judge unbound = new Judge(judge.profiles(), judge.policies(), judge.surroundings(), () -> Mode.ENFORCE);
        Judgement judgement = InMode.judge(Mode.ENFORCE, unbound).judge(review, Mode.ENFORCE, Trail.NONE);
        Optional<Sized> sized =
                judgement.operations().isEmpty() ? Optional.empty() : Sized.by(judgement, review.object());
        return new Preview(
                judge.mode(workload.namespace()),
                judgement,
                sized.orElse(null),
                assumed(status, lastSeen),
                status.reason().startsWith(OWNER));
    }

    /** Memory of a new pod, whose owner has the word that the last one's had. */
    @Nullable
    Memory next(WorkloadStatus status) {
        return owned ? status.next() : sized == null ? status.before() : sized.memory();
    }

    void write(JsonGenerator json) {
        Decision decision = judgement.decision();
        Meaning meaning = Meanings.of(decision);
        json.writeObjectPropertyStart("patch");
        new Fields(json)
                .text("assumed", assumed)
                .flag("owned", owned)
                .text("mode", mode)
                .text("decision", decision.name())
                .text("reason", decision.reason())
                .text("means", meaning.means())
                .text("remedy", meaning.remedy())
                .text("detail", decision instanceof Keep keep && !keep.detail().isEmpty() ? keep.detail() : null);
        if (judgement.grounds() != null) {
            new Fields(json).text("policy", judgement.grounds().policy().name());
        }
        if (sized != null) {
            json.writeObjectPropertyStart("sized");
            new Fields(json)
                    .bytes("memoryRequest", sized.memory().request())
                    .bytes("memoryLimit", sized.memory().limit())
                    .bytes("heapBudget", sized.heap())
                    .text("idleTimeout", sized.idleTimeout());
            json.writeEndObject();
        }
        json.writeArrayPropertyStart("operations");
        for (JsonNode operation : judgement.operations()) {
            json.writeRawValue(JsonMapper.shared().writeValueAsString(operation));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String assumed(WorkloadStatus status, @Nullable Proxy lastSeen) {
        String image = lastSeen == null || lastSeen.image() == null ? "no image" : "image " + lastSeen.image();
        String threads = lastSeen == null || lastSeen.concurrency() == null
                ? "as many worker threads as it likes"
                : lastSeen.concurrency() + " worker threads";
        String container = AssumedPod.isNative(lastSeen) ? "a native sidecar" : "a container beside the application";
        String memory = status.reason().isEmpty() ? " as Istio gives it" : " as its last pod came with";
        return "A pod as Istio's injector makes it: istio-proxy as " + container + " with " + image + ", " + threads
                + ", memory " + status.before() + memory + "; without labels or annotations of its owner."
                + " A policy that selects by labels, and an owner's own word, are not seen here:"
                + " sidecar-sizer review -f FILE takes the real pod.";
    }
}
