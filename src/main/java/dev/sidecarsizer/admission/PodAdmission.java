package dev.sidecarsizer.admission;

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
import dev.sidecarsizer.patch.ProxyPatch.ProxyFacts;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Decision.Resize;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Sizer;
import dev.sidecarsizer.sizing.SizingPolicy;
import dev.sidecarsizer.sizing.Surroundings;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one pod: read what is known from memory, once; decide; answer.
 *
 * <p>Whatever goes wrong here, the pod is admitted as it came, and the reason is counted.
 */
public final class PodAdmission {

    private static final Logger LOG = LoggerFactory.getLogger(PodAdmission.class);

    private final Profiles profiles;
    private final Policies policies;
    private final Surroundings.Source surroundings;
    private final DecisionLog log;
    private final InstantSource clock;
    private final Mode cap;

    /**
     * @param cap how far the whole installation may go
     */
    public PodAdmission(
            Profiles profiles,
            Policies policies,
            Surroundings.Source surroundings,
            DecisionLog log,
            InstantSource clock,
            Mode cap) {
        this.profiles = profiles;
        this.policies = policies;
        this.surroundings = surroundings;
        this.log = log;
        this.clock = clock;
        this.cap = cap;
    }

    /**
     * Answers one review; never throws.
     *
     * @param most how far the webhook that was called may go
     */
    Verdict admit(Review review, Mode most) {
        if (!review.isPodCreation()) {
            return unchanged(Mode.OFF, new Keep(Reason.NOT_A_POD_CREATION));
        }
        try {
            return admit(new Pod(review.namespace(), review.object()), most, review.isDryRun());
        } catch (MalformedPod e) {
            return unchanged(most, notUnderstood(e));
        } catch (RuntimeException | StackOverflowError e) {
            LOG.atError()
                    .addKeyValue("uid", review.uid())
                    .addKeyValue("namespace", review.namespace())
                    .setCause(e)
                    .log("pod admitted unchanged: a fault of ours");
            return unchanged(most, new Keep(Reason.INTERNAL_ERROR));
        }
    }

    private Verdict admit(Pod pod, Mode most, boolean dryRun) {
        Optional<Mode> asked = surroundings.mode(pod.namespace());
        if (asked.isEmpty()) {
            return unchanged(Mode.OFF, new Keep(Reason.NAMESPACE_UNKNOWN));
        }
        Mode mode = mode(pod, asked.get()).atMost(most);
        if (mode == Mode.OFF) {
            return unchanged(mode, new Keep(Reason.MODE_OFF));
        }
        List<ProxyContainer> proxies = ProxyContainer.in(pod);
        if (proxies.size() != 1) {
            return unchanged(mode, new Keep(proxies.isEmpty() ? Reason.NO_PROXY : Reason.SEVERAL_PROXIES));
        }
        return decide(pod, proxies.getFirst(), mode, dryRun);
    }

    private Verdict decide(Pod pod, ProxyContainer proxy, Mode mode, boolean dryRun) {
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
            decision = Sizer.decide(pod, proxy, before, lineage, policy, around);
            patch = ProxyPatch.of(pod, proxy, decision, policy, facts(proxy, lineage, policy));
            if (patch.isEmpty()) {
                decision = new Keep(Reason.ANNOTATIONS_FULL, "remove some of the pod's annotations");
            }
        } catch (MalformedPod e) {
            decision = notUnderstood(e);
            patch = Optional.empty();
        }
        // A pod that bears our annotation is in its second round of admission, and counted already.
        if (!dryRun && pod.annotation(DecisionAnnotation.KEY).isEmpty()) {
            log.record(workload, tally(mode, decision, before));
        }
        return new Verdict(
                mode,
                decision.name(),
                decision.reason(),
                mode == Mode.ENFORCE ? patch.map(ProxyPatch::operations).orElse(Verdict.NO_PATCH) : Verdict.NO_PATCH,
                warnings(mode, decision),
                patch.map(ProxyPatch::note).orElse(""));
    }

    private DecisionTally tally(Mode mode, Decision decision, Memory before) {
        Memory after = decision instanceof Resize resize ? resize.after() : null;
        return new DecisionTally(mode, decision.name(), decision.reason(), 1, clock.instant(), before, after);
    }

    /**
     * The version is what the pod's own image says, else what the profile saw on that very image. That there is no raw TCP
     * takes a profile with history: one that has only begun to look has not seen what comes once a night.
     */
    private static ProxyFacts facts(ProxyContainer proxy, Lineage lineage, SizingPolicy policy) {
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
        return new ProxyFacts(version, noRawTcp, lineage.live());
    }

    /** The namespace's mode, which the pod's own label and the installation's cap may only lower. */
    private Mode mode(Pod pod, Mode namespace) {
        Mode lowered =
                pod.label(Mode.LABEL).map(Mode::ofLabel).map(namespace::atMost).orElse(namespace);
        return lowered.atMost(cap);
    }

    private static Keep notUnderstood(MalformedPod fault) {
        return new Keep(Reason.POD_NOT_UNDERSTOOD, String.valueOf(fault.getMessage()));
    }

    private static Verdict unchanged(Mode mode, Keep keep) {
        return new Verdict(mode, keep.name(), keep.reason(), Verdict.NO_PATCH, warnings(mode, keep), "");
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
