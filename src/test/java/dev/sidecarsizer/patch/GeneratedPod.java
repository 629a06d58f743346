package dev.sidecarsizer.patch;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.admission.Review;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.sizing.Trail;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pod that is to be created, and all that its fate hangs on.
 *
 * @param pod as it comes to us
 * @param lineage what is known of its workload
 * @param policy what the operator allows
 * @param around what else in the cluster has a say
 * @param release of Istio that its proxy is known to be, 28 for 1.28; {@code null} where that cannot be told
 * @param taken whether its owner has the one slot for an override
 */
record GeneratedPod(
        Pod pod, Lineage lineage, SizingPolicy policy, Surroundings around, @Nullable Integer release, boolean taken) {

    /** Decided as the webhook does. */
    Judgement judge() {
        return judge(pod);
    }

    /** As {@link #judge()}, in the same circumstances, of what became of it. */
    Judgement judge(Pod then) {
        Judge judge = new Judge(
                (workload, revision, concurrency) -> lineage,
                (namespace, labels) -> policy,
                new Around(around),
                () -> Mode.ENFORCE);
        return judge.judge(Review.ofCreated(then.tree(), then.namespace()), Mode.ENFORCE, Trail.NONE);
    }

    /** With what was decided written on it. */
    Pod after(Judgement judgement) {
        return new Pod(pod.namespace(), JsonPatch.apply(judgement.operations(), pod.tree()));
    }

    private record Around(Surroundings all) implements Surroundings.Source {

        @Override
        public Optional<Mode> mode(String namespace) {
            return Optional.of(Mode.ENFORCE);
        }

        @Override
        public Surroundings of(WorkloadKey workload) {
            return all;
        }
    }
}
