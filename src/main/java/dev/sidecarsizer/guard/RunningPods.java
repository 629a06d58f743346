package dev.sidecarsizer.guard;

import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.profile.Learnt.Owner;
import java.util.Optional;

/**
 * The port through which the leader looks at running pods and acts on them. Each call may wait for the API server, and
 * throws a RuntimeException where that does not answer.
 */
public interface RunningPods {

    /** The pod as it is now; empty where it is gone, or about to be, or another one has its name. */
    Optional<Pod> find(PodName name, String uid);

    /** Asks for other memory of its proxy, in place. */
    Answer resize(PodName name, String uid, ProxyContainer proxy, Memory to);

    /** Asks for its eviction. */
    Answer evict(PodName name, String uid);

    /**
     * Tells people something, as an Event; lost where it cannot be told.
     *
     * @param about the pod, or its workload
     * @param reason one CamelCase word
     */
    void tell(String namespace, Owner about, String reason, String message);

    /**
     * What the API server says.
     *
     * @param why in its words; empty where it is {@link Word#ACCEPTED}
     */
    record Answer(Word word, String why) {}

    /** The same in one word. */
    enum Word {
        /** It is done, or will be. */
        ACCEPTED,
        /** Somebody who may say so says no: a quota, a LimitRange, a policy, a role. */
        FORBIDDEN,
        /** It cannot be done to this pod, or not here. */
        IMPOSSIBLE,
        /** Not now: a disruption budget, or too many calls. */
        LATER
    }
}
