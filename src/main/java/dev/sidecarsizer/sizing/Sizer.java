package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.sizing.Decision.Bound;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Decision.Resize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Profile and policy to decision: the rules of sizing.
 *
 * <ol>
 *   <li>Somebody speaks for a number: the owner, else the profile of the revision, of the workload, the namespace's
 *       prior, the mesh's. The first that has enough history is heard; nobody is, the pod stays.
 *   <li>Where the guard took sizing back, the pod stays.
 *   <li>A kernel kill outvotes a profile: the limit becomes at least {@value #OOM_RAISE} times the one that killed. It
 *       speaks where no profile does too, but only to raise. It decays when the leader lowers {@code oomLimit}, which
 *       takes evidence.
 *   <li>Where the guard raised limits, it becomes at least what that says.
 *   <li>The limit stays above what live pods use now: shrinking below would kill the next pod. A calibrated
 *       recommendation has its margin in it; where they use more than it was made from, or nothing is calibrated, the
 *       margin is the policy's {@code headroom}.
 *   <li>It stays between the policy's floor and ceiling. At the ceiling we stop: a finding names the cause. But a pod that
 *       has more is not shrunk to a ceiling at which it would die.
 *   <li>The cluster's own bounds ({@link Bounds}) have the last word, or the API server would refuse the pod.
 * </ol>
 *
 * Same input, same output, byte for byte.
 */
public final class Sizer {

    static final double OOM_RAISE = 1.5;

    private Sizer() {}

    /**
     * Decides for the proxy of one pod.
     *
     * @param before the proxy's memory as the pod first came, which a second round of admission no longer shows
     * @param trail told of each rule that is asked
     * @throws dev.sidecarsizer.mesh.MalformedPod where the pod has a quantity that cannot be read
     */
    public static Decision decide(
            Pod pod,
            ProxyContainer proxy,
            Memory before,
            Lineage lineage,
            SizingPolicy policy,
            Surroundings surroundings,
            Trail trail) {
        OwnerWord owner;
        try {
            owner = OwnerWord.of(pod);
        } catch (IllegalArgumentException e) {
            return new Keep(Reason.OWNER_ANNOTATION_INVALID, String.valueOf(e.getMessage()));
        }
        Optional<Keep> refusal = Eligibility.refuse(pod, proxy, before, policy, surroundings);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Bytes asked = owner.memoryLimit();
        trail.note(
                Origin.OWNER,
                asked != null,
                () -> "annotation " + OwnerWord.MEMORY_LIMIT
                        + (asked == null ? " is not set" : " asks for a limit of " + asked));
        Voice voice = Voice.of(lineage, proxy.image().orElse(null), policy, asked == null ? trail : Trail.NONE);
        Bounds bounds = new Bounds(pod, proxy, before, surroundings);
        if (asked != null) {
            return obey(asked, voice, before, bounds, trail);
        }
        if (lineage.workload() != null && lineage.workload().verdict() instanceof Withdraw withdrawn) {
            return new Keep(
                    Reason.WITHDRAWN_BY_GUARD, withdrawn.why() + "; sizing is tried again " + withdrawn.until());
        }
        if (policy.fault() != null) {
            return new Keep(Reason.POLICY_INVALID, policy.fault());
        }
        return Optional.ofNullable(voice.recommendation())
                .or(() -> whereKilled(voice, before, policy))
                .map(recommendation -> size(recommendation, voice, before, policy, bounds, trail))
                .orElseGet(voice::silence);
    }

    /** Nobody speaks but the kernel: what it killed at must not be what the next pod gets. */
    private static Optional<Recommendation> whereKilled(Voice voice, Memory before, SizingPolicy policy) {
        Bytes killedAt = voice.killedAt();
        Bytes limit = before.limit();
        if (killedAt == null
                || limit == null
                || !killedAt.times(OOM_RAISE).atMost(policy.ceiling()).isMore(limit)) {
            return Optional.empty();
        }
        return Optional.of(new Recommendation(before.request() == null ? limit : before.request(), limit, null));
    }

    /** The owner's number, inside what the cluster lets a pod have; policy and profile do not argue with it. */
    private static Decision obey(Bytes limit, Voice voice, Memory before, Bounds bounds, Trail trail) {
        Recommendation recommendation = voice.recommendation();
        Bytes request = recommendation != null ? recommendation.memoryRequest() : before.request();
        return bounds.fit(request == null ? limit : request.atMost(limit), limit, OwnerWord.LEAST, trail)
                .map(fit -> resize(fit, before, Origin.OWNER, List.of(), voice))
                .orElseGet(() -> bounds.noRoom(limit));
    }

    private static Bytes neededLive(Recommendation recommendation, Voice voice, SizingPolicy policy) {
        Bytes live = voice.live();
        if (live == null) {
            return Bytes.ZERO;
        }
        Bytes peak = voice.peak();
        boolean hasMargin = policy.oomRisk() != null
                && peak != null
                && !live.isMore(peak)
                && !recommendation.memoryLimit().isLess(peak);
        return hasMargin ? live : live.times(policy.headroom());
    }

    private static Decision size(
            Recommendation recommendation,
            Voice voice,
            Memory before,
            SizingPolicy policy,
            Bounds bounds,
            Trail trail) {
        List<Bound> bent = new ArrayList<>();
        Origin origin = voice.origin();
        Bytes limit = recommendation.memoryLimit();
        Bytes killedAt = voice.killedAt();
        boolean raise = killedAt != null && limit.isLess(killedAt.times(OOM_RAISE));
        trail.note(
                Origin.OOM_EVIDENCE,
                raise,
                () -> killedAt == null
                        ? "no kill by the kernel is known"
                        : "the kernel killed at " + killedAt + ", so the limit must be " + OOM_RAISE + " times that, "
                                + killedAt.times(OOM_RAISE));
        if (killedAt != null && raise) {
            limit = killedAt.times(OOM_RAISE);
            origin = Origin.OOM_EVIDENCE;
        }
        if (voice.raised() != null) {
            Raise raised = voice.raised();
            boolean more = limit.isLess(raised.limit());
            trail.note(
                    Origin.RAISED_BY_GUARD,
                    more,
                    () -> raised.why() + ", so the limit must be at least " + raised.limit() + " until "
                            + raised.until());
            if (more) {
                limit = raised.limit();
                origin = Origin.RAISED_BY_GUARD;
            }
        }
        boolean low = limit.isLess(policy.floor());
        trail.note(Bound.FLOOR, low, () -> "the limit must be at least " + policy.floor());
        if (low) {
            limit = policy.floor();
            bent.add(Bound.FLOOR);
        }
        Bytes needed = neededLive(recommendation, voice, policy);
        boolean behind = limit.isLess(needed);
        trail.note(
                Bound.LIVE_USE,
                behind,
                () -> voice.live() == null
                        ? "what live pods use is not known"
                        : "live pods use " + voice.live() + ", so the limit must be at least " + needed);
        if (behind) {
            limit = needed;
            bent.add(Bound.LIVE_USE);
        }
        boolean high = limit.isMore(policy.ceiling());
        trail.note(Bound.CEILING, high, () -> "the limit must be at most " + policy.ceiling());
        if (high) {
            limit = policy.ceiling();
            bent.add(Bound.CEILING);
        }
        boolean shrinks = before.limit() == null || limit.isLess(before.limit());
        if (shrinks && limit.isLess(needed)) {
            return new Keep(
                    Reason.LIVE_USE_ABOVE_CEILING,
                    "live pods use " + voice.live() + ", the ceiling of policy " + policy.name() + " is "
                            + policy.ceiling() + ": raise it, or lower the use");
        }
        if (shrinks && killedAt != null && !limit.isMore(killedAt)) {
            return new Keep(
                    Reason.OOM_ABOVE_CEILING,
                    "the kernel killed at " + killedAt + ", the ceiling of policy " + policy.name() + " is "
                            + policy.ceiling() + ": raise it, or lower the use");
        }
        Bytes least = policy.floor()
                .atLeast(voice.live() == null ? Bytes.ZERO : voice.live())
                .atMost(limit);
        Bytes wanted = limit;
        Origin spoke = origin;
        return bounds.fit(recommendation.memoryRequest().atMost(limit), limit, least, trail)
                .map(fit -> resize(fit, before, spoke, bent, voice))
                .orElseGet(() -> bounds.noRoom(wanted));
    }

    private static Decision resize(Bounds.Fit fit, Memory before, Origin origin, List<Bound> bent, Voice voice) {
        List<Bound> all = new ArrayList<>(bent);
        all.addAll(fit.bounds());
        Recommendation recommendation = voice.recommendation();
        return new Resize(
                before,
                fit.request(),
                fit.limit(),
                origin,
                List.copyOf(all),
                voice.source(),
                recommendation == null ? null : recommendation.idleTimeout());
    }
}
