package dev.sidecarsizer.admission;

import dev.sidecarsizer.admission.Judgement.Grounds;
import dev.sidecarsizer.mesh.Concurrency;
import dev.sidecarsizer.mesh.MalformedPod;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Ownership;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.patch.DecisionAnnotation;
import dev.sidecarsizer.patch.ProxyPatch;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Share;
import dev.sidecarsizer.sizing.Sizer;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.sizing.Trail;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads what is known of a pod, once, and decides: the one way from a review to a decision and a patch, for the webhook
 * and for whoever asks what it would do.
 *
 * @param profiles what is known of workloads
 * @param policies what operators allow
 * @param surroundings what else in the cluster has a say
 * @param cap how far the whole installation may go now
 */
public record Judge(Profiles profiles, Policies policies, Surroundings.Source surroundings, Supplier<Mode> cap) {

    /** How far we may go in a namespace: by its label and the cap, whatever a pod of it says. */
    public Mode mode(String namespace) {
        return surroundings.mode(namespace).orElse(Mode.OFF).atMost(cap.get());
    }

    /**
     * Judges the pod of one review.
     *
     * @param most how far the webhook that was called may go
     * @param trail told of each rule that is asked
     */
    public Judgement judge(Review review, Mode most, Trail trail) {
        if (!review.isPodCreation()) {
            return Judgement.unseen(Mode.OFF, new Keep(Reason.NOT_A_POD_CREATION));
        }
        try {
            return judge(review, new Pod(review.namespace(), review.object()), most, trail);
        } catch (MalformedPod e) {
            return Judgement.unseen(most, notUnderstood(e));
        }
    }

    private Judgement judge(Review review, Pod pod, Mode most, Trail trail) {
        Optional<Mode> asked = surroundings.mode(pod.namespace());
        if (asked.isEmpty()) {
            return Judgement.unseen(Mode.OFF, new Keep(Reason.NAMESPACE_UNKNOWN));
        }
        Mode mode = mode(pod, asked.get()).atMost(most);
        if (mode == Mode.OFF) {
            return Judgement.unseen(mode, new Keep(Reason.MODE_OFF));
        }
        List<ProxyContainer> proxies = ProxyContainer.in(pod);
        if (proxies.size() != 1) {
            return Judgement.unseen(mode, new Keep(proxies.isEmpty() ? Reason.NO_PROXY : Reason.SEVERAL_PROXIES));
        }
        return decide(review, pod, proxies.getFirst(), mode, trail);
    }

    private Judgement decide(Review review, Pod pod, ProxyContainer proxy, Mode mode, Trail trail) {
        SizingPolicy policy = policies.of(pod.namespace(), pod.labels());
        WorkloadKey workload = Ownership.workload(pod, policy.groupBy());
        Lineage lineage = profiles.of(
                workload,
                Ownership.revision(pod).orElse(null),
                Concurrency.of(pod, proxy).orElse(null));
        // autoscalers name their target by its own name, however profiles group
        Surroundings around = surroundings.of(Ownership.workload(pod, List.of()));
        Memory before = new Memory(null, null);
        Decision decision;
        Optional<ProxyPatch> patch;
        try {
            before = DecisionAnnotation.before(pod, proxy);
            decision = Sizer.decide(pod, proxy, before, lineage, policy, around, trail);
            decision = Share.of(decision, pod, before, review.uid(), lineage, policy, trail);
            patch = ProxyPatch.of(pod, proxy, decision, policy, facts(proxy, lineage, policy));
            if (patch.isEmpty()) {
                decision = new Keep(Reason.ANNOTATIONS_FULL, "remove some of the pod's annotations");
            }
        } catch (MalformedPod e) {
            decision = notUnderstood(e);
            patch = Optional.empty();
        }
        return new Judgement(mode, decision, patch.orElse(null), new Grounds(workload, proxy, before, lineage, policy));
    }

    /**
     * The version is what the pod's own image says, else what the profile saw on that very image. That there is no raw TCP
     * takes a profile with history: one that has only begun to look has not seen what comes once a night.
     */
    private static KnownProxy facts(ProxyContainer proxy, Lineage lineage, SizingPolicy policy) {
        Optional<MemoryProfile> profile =
                Optional.ofNullable(lineage.workload()).filter(known -> known.fault() == null);
        Optional<ProxyVersion> version = proxy.image()
                .flatMap(image -> ProxyVersion.ofImage(image).or(() -> profile.map(MemoryProfile::proxy)
                        .filter(seen -> image.equals(seen.image()))
                        .flatMap(seen -> Optional.ofNullable(seen.version()))
                        .flatMap(ProxyVersion::parse)));
        boolean someHave =
                lineage.own().anyMatch(one -> Boolean.TRUE.equals(one.proxy().rawTcp()));
        boolean noRawTcp = !someHave
                && profile.filter(known -> known.hasHistory(policy.minHistory()))
                        .map(MemoryProfile::proxy)
                        .map(seen -> Boolean.FALSE.equals(seen.rawTcp()))
                        .orElse(false);
        return new KnownProxy(version, noRawTcp, lineage.live(), lineage.peak(), lineage.allocated());
    }

    /** The namespace's mode, which the pod's own label and the installation's cap may only lower. */
    private Mode mode(Pod pod, Mode namespace) {
        Mode lowered =
                pod.label(Mode.LABEL).map(Mode::ofLabel).map(namespace::atMost).orElse(namespace);
        return lowered.atMost(cap.get());
    }

    private static Keep notUnderstood(MalformedPod fault) {
        return new Keep(Reason.POD_NOT_UNDERSTOOD, String.valueOf(fault.getMessage()));
    }
}
