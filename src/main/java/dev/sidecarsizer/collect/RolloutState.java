package dev.sidecarsizer.collect;

import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Rollout.Plan;
import org.jspecify.annotations.Nullable;

/** Where the sizing of a workload by steps is. */
public enum RolloutState {
    /** It is asked for, and no pod that is sized is ready yet. */
    WAITING,
    /** Some are. */
    TRYING,
    /** They did well for long enough, and the policy has it stay there. */
    HELD,
    /** All new pods are sized. */
    COMPLETE,
    /** The guard took sizing back. */
    WITHDRAWN;

    static RolloutState of(Plan plan, @Nullable Rollout rollout, boolean withdrawn) {
        if (withdrawn) {
            return WITHDRAWN;
        }
        if (rollout == null) {
            return WAITING;
        }
        if (rollout.complete()) {
            return COMPLETE;
        }
        return !plan.goesOn() && rollout.ran().compareTo(plan.trial()) >= 0 ? HELD : TRYING;
    }

    /** The reason of the Event that tells of it. */
    String event() {
        return switch (this) {
            case WAITING, TRYING -> "SizingRolloutBegun";
            case HELD -> "SizingRolloutHeld";
            case COMPLETE -> "SizingRolloutComplete";
            case WITHDRAWN -> "SizingRolloutTakenBack";
        };
    }

    /** What it says. */
    String message(Plan plan) {
        return switch (this) {
            case WAITING, TRYING ->
                plan.percent() + " % of new pods are sized"
                        + (plan.goesOn() ? "; all are once they were ready for " + plan.trial() + " without harm" : "");
            case HELD ->
                "sized pods were ready for " + plan.trial() + " without harm; it stays at " + plan.percent()
                        + " % of new pods until somebody raises rollout.percent";
            case COMPLETE -> "sized pods were ready for " + plan.trial() + " without harm; all new pods are sized";
            case WITHDRAWN -> "the guard took sizing back, so no new pod is sized; see status.guard of its profile";
        };
    }
}
