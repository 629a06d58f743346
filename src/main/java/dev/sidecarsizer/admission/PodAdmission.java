package dev.sidecarsizer.admission;

import dev.sidecarsizer.admission.Judgement.Grounds;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.patch.DecisionAnnotation;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.Profiles;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Decision.Resize;
import dev.sidecarsizer.sizing.Policies;
import dev.sidecarsizer.sizing.Surroundings;
import dev.sidecarsizer.sizing.Trail;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one pod: judge it, remember what was decided, answer.
 *
 * <p>Whatever goes wrong here, the pod is admitted as it came, and the reason is counted.
 */
public final class PodAdmission {

    private static final Logger LOG = LoggerFactory.getLogger(PodAdmission.class);

    private final Judge judge;
    private final DecisionLog log;
    private final InstantSource clock;

    /**
     * @param cap how far the whole installation may go now; answered from memory
     */
    public PodAdmission(
            Profiles profiles,
            Policies policies,
            Surroundings.Source surroundings,
            DecisionLog log,
            InstantSource clock,
            Supplier<Mode> cap) {
        this.judge = new Judge(profiles, policies, surroundings, cap);
        this.log = log;
        this.clock = clock;
    }

    /**
     * Answers one review; never throws.
     *
     * @param most how far the webhook that was called may go
     */
    Verdict admit(Review review, Mode most) {
        try {
            Judgement judgement = judge.judge(review, most, Trail.NONE);
            tell(review, judgement);
            remember(review, judgement);
            return Verdict.of(judgement);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.atError()
                    .addKeyValue("uid", review.uid())
                    .addKeyValue("namespace", review.namespace())
                    .setCause(e)
                    .log("pod admitted unchanged: a fault of ours");
            return fault(most);
        }
    }

    /** What is answered where we fail. */
    static Verdict fault(Mode most) {
        return Verdict.of(Judgement.unseen(most, new Keep(Reason.INTERNAL_ERROR)));
    }

    /** One line a decision, for whoever asks for them: a line a pod would be most of a log. */
    private static void tell(Review review, Judgement judgement) {
        Grounds grounds = judgement.grounds();
        LOG.atDebug()
                .addKeyValue("uid", review.uid())
                .addKeyValue("namespace", review.namespace())
                .addKeyValue("workload", grounds == null ? "unknown" : grounds.workload())
                .addKeyValue("mode", judgement.mode())
                .addKeyValue("decision", judgement.decision().name())
                .addKeyValue("reason", judgement.decision().reason())
                .addKeyValue("dryRun", review.isDryRun())
                .log("pod decided");
    }

    /** A pod that bears our annotation is in its second round of admission, and counted already. */
    private void remember(Review review, Judgement judgement) {
        Grounds grounds = judgement.grounds();
        boolean second = review.object()
                .at("/metadata/annotations")
                .path(DecisionAnnotation.KEY)
                .isString();
        if (grounds != null && !review.isDryRun() && !second) {
            log.record(grounds.workload(), tally(judgement, grounds.before()));
        }
    }

    private DecisionTally tally(Judgement judgement, Memory before) {
        Decision decision = judgement.decision();
        Memory after = decision instanceof Resize resize ? resize.after() : null;
        return new DecisionTally(
                judgement.mode(), decision.name(), decision.reason(), 1, clock.instant(), before, after);
    }
}
