package dev.sidecarsizer.cli.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sidecarsizer.admission.Judgement.Grounds;
import dev.sidecarsizer.audit.preview.Meanings;
import dev.sidecarsizer.audit.preview.Meanings.Meaning;
import dev.sidecarsizer.audit.preview.Sized;
import dev.sidecarsizer.mesh.EmbeddedJson;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.store.StoredProfile;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An explanation for programs. Names of fields keep their meaning; what is not known is left out. */
final class ExplanationTree {

    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(always -> always.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private ExplanationTree() {}

    static ObjectNode of(Explanation explanation) {
        Decision decision = explanation.judgement().decision();
        Meaning meaning = Meanings.of(decision);
        ObjectNode tree = JSON.createObjectNode()
                .put("workload", explanation.subject())
                .put("pod", explanation.pod().name())
                .put("assumed", explanation.assumed())
                .put("mode", explanation.judgement().mode().toString())
                .put("decision", decision.name())
                .put("reason", decision.reason())
                .put("means", meaning.means())
                .put("remedy", meaning.remedy());
        if (decision instanceof Keep keep && !keep.detail().isEmpty()) {
            tree.put("detail", keep.detail());
        }
        Grounds grounds = explanation.judgement().grounds();
        if (grounds != null) {
            put(tree.putObject("before"), grounds.before());
            policy(tree.putObject("policy"), grounds.policy());
        }
        if (explanation.sized() != null) {
            sized(tree, explanation.sized());
        }
        if (explanation.judgement().patch() != null) {
            EmbeddedJson.read(explanation.judgement().patch().note()).ifPresent(note -> tree.set("note", note));
        }
        explanation.steps().forEach(step -> tree.withArray("rules")
                .addObject()
                .put("rule", step.rule())
                .put("hadItsWay", step.told())
                .put("says", step.says()));
        if (explanation.profile() != null) {
            profile(tree.putObject("profile"), explanation.profile());
        }
        return tree;
    }

    private static void sized(ObjectNode tree, Sized sized) {
        put(tree.putObject("after"), sized.memory());
        if (sized.heap() != null) {
            tree.put("heapBudget", sized.heap().toString());
        }
        if (sized.idleTimeout() != null) {
            tree.put("idleTimeout", sized.idleTimeout());
        }
    }

    private static void policy(ObjectNode tree, SizingPolicy policy) {
        tree.put("name", policy.name())
                .put("floor", policy.floor().toString())
                .put("ceiling", policy.ceiling().toString())
                .put("headroom", policy.headroom())
                .put("minHistory", policy.minHistory().toHours() + "h");
        if (policy.oomRisk() != null) {
            tree.put("oomRisk", policy.oomRisk());
        }
        putText(tree, "fault", policy.fault());
    }

    private static void profile(ObjectNode tree, StoredProfile stored) {
        tree.put("name", stored.profile().name());
        putText(tree, "fault", stored.profile().fault());
        tree.setAll((ObjectNode) JSON.valueToTree(stored.status()));
    }

    private static void put(ObjectNode tree, Memory memory) {
        if (memory.request() != null) {
            tree.put("request", memory.request().toString());
        }
        if (memory.limit() != null) {
            tree.put("limit", memory.limit().toString());
        }
    }

    private static void putText(ObjectNode tree, String field, @Nullable String text) {
        if (text != null) {
            tree.put(field, text);
        }
    }
}
