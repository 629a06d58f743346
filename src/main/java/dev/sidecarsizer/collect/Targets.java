package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.history.Target;
import java.util.Optional;

/** What is learnt, and what for: the operator's words, where they are kept. */
public interface Targets {

    /** Whether the namespace has opted in. */
    boolean learnsFrom(String namespace);

    /** Whether there is no such namespace any more, and with it nothing of what was kept there. */
    boolean isGone(String namespace);

    /** What the policy of that pod aims at. */
    Target of(LivePod pod);

    /** How far a new one like it would be sized. */
    Mode mode(LivePod pod);

    /** By which steps it has new pods sized; empty where it has all sized at once. */
    Optional<Plan> rollout(LivePod pod);

    /** What that policy allows at most. */
    Bytes ceiling(LivePod pod);
}
