package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.history.Target;
import java.util.Optional;
import java.util.Set;

/**
 * Namespaces that a test says opted in, with the policy that is there without any.
 *
 * @param optedIn which do; it may change meanwhile
 */
record FakeTargets(Set<String> optedIn) implements Targets {

    @Override
    public boolean learnsFrom(String namespace) {
        return optedIn.contains(namespace);
    }

    @Override
    public boolean isGone(String namespace) {
        return false;
    }

    @Override
    public Target of(LivePod pod) {
        return Target.DEFAULT;
    }

    @Override
    public Mode mode(LivePod pod) {
        return Mode.AUDIT;
    }

    @Override
    public Optional<Plan> rollout(LivePod pod) {
        return Optional.empty();
    }

    @Override
    public Bytes ceiling(LivePod pod) {
        return Bytes.mebi(1024);
    }
}
