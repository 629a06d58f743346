package dev.sidecarsizer.admission;

import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.patch.ProxyPatch;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.SizingPolicy;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * What was decided for one pod, and from what.
 *
 * @param mode how far we might go with the pod
 * @param decision what becomes of its proxy's memory
 * @param patch what carries that out, in whatever mode; {@code null} where nothing can be written
 * @param grounds what the decision was made from; {@code null} where the pod was not looked into
 */
public record Judgement(Mode mode, Decision decision, @Nullable ProxyPatch patch, @Nullable Grounds grounds) {

    static final ArrayNode NO_PATCH = JsonMapper.shared().createArrayNode();

    /**
     * What a decision is made from.
     *
     * @param workload whose pod it is
     * @param proxy the container that is sized
     * @param before its memory as the pod first came
     * @param lineage the profiles that could speak
     * @param policy the policy that applies
     */
    public record Grounds(
            WorkloadKey workload, ProxyContainer proxy, Memory before, Lineage lineage, SizingPolicy policy) {}

    static Judgement unseen(Mode mode, Keep keep) {
        return new Judgement(mode, keep, null, null);
    }

    /** The RFC 6902 operations that {@code /mutate} answers: none where the mode does not go so far. */
    public ArrayNode operations() {
        return mode == Mode.ENFORCE && patch != null ? patch.operations() : NO_PATCH;
    }
}
