package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Ownership;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Decision.Resize;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rollout by steps: which of a workload's new pods are sized while only a share of them is.
 *
 * <p>The share is the plan's percent, or one of the pods that run where that is more. Whether a pod is in it follows from what
 * is random and stays with the pod, so that it is the same at each look:
 *
 * <ul>
 *   <li>of a StatefulSet's pod its ordinal: every tenth is in a share of a tenth, and of few pods the last, which is the first to
 *       be restarted;
 *   <li>else the name of its volume {@code kube-api-access-…}, which the API server makes up before it asks webhooks;
 *   <li>else its name; a pod that has none yet is told by its request, which is another each time that a webhook is asked.
 * </ul>
 *
 * <p>Neither the owner's own number waits for it, nor does what a kernel kill asks for: the kill shows that the pod dies of
 * what it comes with.
 */
public final class Share {

    private static final String TOKEN_VOLUME = "kube-api-access-";
    private static final Pattern ORDINAL = Pattern.compile(".*-(\\d{1,9})");
    private static final int WHOLE = 100;

    private Share() {}

    /**
     * What becomes of the pod: {@code decision}, or it is kept for a later step.
     *
     * @param before the proxy's memory as the pod first came
     * @param request uid of the request that creates it
     * @param trail told where a share of the workload is sized
     */
    public static Decision of(
            Decision decision,
            Pod pod,
            Memory before,
            String request,
            Lineage lineage,
            SizingPolicy policy,
            Trail trail) {
        Plan plan = policy.rollout();
        MemoryProfile workload = lineage.workload();
        Rollout come = workload == null ? null : workload.rollout();
        if (plan == null
                || (come != null && come.complete())
                || !(decision instanceof Resize resize)
                || resize.origin() == Origin.OWNER
                || isForAKill(resize, before, Voice.killedAt(lineage))) {
            return decision;
        }
        int running = workload == null ? 0 : workload.running();
        boolean few = running > 0 && (long) running * plan.percent() < WHOLE;
        boolean isIn = few ? isIn(pod, request, 1, running) : isIn(pod, request, plan.percent(), WHOLE);
        String share = few ? "1 of " + running + " new pods" : plan.percent() + " % of new pods";
        String then = plan.goesOn()
                ? "all are once sized ones ran for " + hours(plan) + " without harm"
                : "more are once rollout.percent of policy " + policy.name() + " is raised";
        trail.note(Reason.ROLLOUT_STEP, !isIn, () -> share + " are sized first; " + then);
        return isIn ? decision : new Keep(Reason.ROLLOUT_STEP, share + " are sized first, not this one; " + then);
    }

    /** Whether the kernel killed at what the pod comes with, or little less, and it gets more. */
    private static boolean isForAKill(Resize resize, Memory before, @Nullable Bytes killedAt) {
        Bytes limit = before.limit();
        return killedAt != null
                && limit != null
                && limit.isLess(killedAt.times(Sizer.OOM_RAISE))
                && resize.limit().isMore(limit);
    }

    private static boolean isIn(Pod pod, String request, int of, int all) {
        return ordinal(pod)
                .map(ordinal -> (ordinal + 1) * of / all > ordinal * of / all)
                .orElseGet(() -> hash(pod, request) * all < ((long) of << Integer.SIZE));
    }

    private static Optional<Long> ordinal(Pod pod) {
        WorkloadKey owner = Ownership.workload(pod, List.of());
        return name(pod)
                .filter(name -> owner.kind().equals("StatefulSet"))
                .map(ORDINAL::matcher)
                .filter(Matcher::matches)
                .map(matcher -> Long.valueOf(matcher.group(1)));
    }

    /** 32 bits of it, unsigned; MD5, since names differ in few bits and this is no secret. */
    private static long hash(Pod pod, String request) {
        String own = volume(pod).or(() -> name(pod)).orElse(request);
        return UUID.nameUUIDFromBytes(own.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits() >>> Integer.SIZE;
    }

    private static Optional<String> volume(Pod pod) {
        return pod.tree()
                .at("/spec/volumes")
                .valueStream()
                .map(volume -> volume.path("name").asString(""))
                .filter(name -> name.startsWith(TOKEN_VOLUME))
                .findFirst();
    }

    private static Optional<String> name(Pod pod) {
        return Optional.of(pod.tree().at("/metadata/name").asString("")).filter(name -> !name.isEmpty());
    }

    private static String hours(Plan plan) {
        return plan.trial().toMinutesPart() == 0 && plan.trial().toSecondsPart() == 0
                ? plan.trial().toHours() + "h"
                : plan.trial().toSeconds() + "s";
    }
}
