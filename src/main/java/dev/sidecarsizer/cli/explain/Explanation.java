package dev.sidecarsizer.cli.explain;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.admission.Review;
import dev.sidecarsizer.audit.preview.Sized;
import dev.sidecarsizer.cli.Submitted;
import dev.sidecarsizer.mesh.MalformedPod;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Ownership;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.store.StoredProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why the proxy of a pod gets what it gets.
 *
 * @param pod the pod that was judged
 * @param assumed whether nobody has such a pod: it was made up as Istio would inject it
 * @param judgement what was decided
 * @param cap how far the installation may go now
 * @param subject whose pod it is, for people
 * @param steps what each rule said, in the order of the rules
 * @param sized what the proxy gets; {@code null} where it was not looked into
 * @param profile the workload's profile as it is stored; {@code null} where there is none
 */
record Explanation(
        Submitted pod,
        boolean assumed,
        Judgement judgement,
        Mode cap,
        String subject,
        List<Step> steps,
        @Nullable Sized sized,
        @Nullable StoredProfile profile) {

    /** Judges {@code pod}, and takes down why. */
    static Explanation of(Submitted pod, boolean assumed, Judge judge, List<StoredProfile> profiles) {
        List<Step> steps = new ArrayList<>();
        Judgement judgement = judge.judge(
                pod.review(), Mode.ENFORCE, (rule, told, says) -> steps.add(new Step(rule.name(), told, says.get())));
        Optional<Sized> sized = Sized.by(judgement, pod.review().object());
        Optional<WorkloadKey> workload = Optional.ofNullable(judgement.grounds())
                .map(Judgement.Grounds::workload)
                .or(() -> owner(pod.review()));
        return new Explanation(
                pod,
                assumed,
                judgement,
                judge.cap().get(),
                workload.map(WorkloadKey::toString).orElse(pod.name()),
                List.copyOf(steps),
                sized.orElse(null),
                workload.flatMap(key -> whole(profiles, key)).orElse(null));
    }

    /** The profile of the workload as a whole. */
    static Optional<StoredProfile> whole(List<StoredProfile> profiles, WorkloadKey workload) {
        return profiles.stream()
                .filter(one -> one.subject().equals(Subject.OfWorkload.whole(workload)))
                .findFirst();
    }

    /** Whose the pod is that was not looked into; empty where it is no pod. */
    private static Optional<WorkloadKey> owner(Review review) {
        try {
            return "Pod".equals(review.object().path("kind").asString(""))
                    ? Optional.of(Ownership.workload(new Pod(review.namespace(), review.object()), List.of()))
                    : Optional.empty();
        } catch (MalformedPod strange) {
            return Optional.empty();
        }
    }
}
