package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.OomLoops.Listener;
import dev.sidecarsizer.guard.OomLoop.Outcome;
import dev.sidecarsizer.guard.OomLoop.Step;
import dev.sidecarsizer.guard.OomLoop.Trouble;
import dev.sidecarsizer.guard.RunningPods.Answer;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.profile.Learnt.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is asked for pods in trouble, so often a minute in the whole mesh, and who is told of it. */
final class LoopActions {

    private static final Logger LOG = LoggerFactory.getLogger(LoopActions.class);
    private static final Duration BEFORE_NEXT_EVICTION = Duration.ofMinutes(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final TroubledPods pods;
    private final OomRelief relief;
    private final Function<LivePod, Optional<Owner>> owners;
    private final Listener told;
    /** When something was asked for, within the last minute. */
    private final Deque<Instant> actions = new ArrayDeque<>();

    LoopActions(TroubledPods pods, OomRelief relief, Function<LivePod, Optional<Owner>> owners, Listener told) {
        this.pods = pods;
        this.relief = relief;
        this.owners = owners;
        this.told = told;
    }

    void act(TroubledPod troubled, Trouble trouble, ProxyContainer proxy, Step step, Instant now) {
        if (step instanceof Step.Leave) {
            return;
        }
        if (!mayAct(now)) {
            if (!troubled.limited) {
                told.of(troubled.pod, Outcome.LIMITED, "it waits: there were enough actions within the last minute");
            }
            troubled.limited = true;
            return;
        }
        troubled.limited = false;
        if (step instanceof Step.Resize resize) {
            resize(troubled, proxy, resize.to(), now);
        } else if (step instanceof Step.Evict evict) {
            evict(troubled, trouble, evict.why(), now);
        }
    }

    private void resize(TroubledPod troubled, ProxyContainer proxy, Memory to, Instant now) {
        LivePod pod = troubled.pod;
        Answer answer = relief.pods().resize(pod.name(), pod.uid(), proxy, to);
        switch (answer.word()) {
            case ACCEPTED -> {
                troubled.course = troubled.course.asked(to, now);
                LOG.info("the proxy of pod {} is given {} in place", pod.name(), to);
                told.of(pod, Outcome.ASKED, "pod " + pod.name().name() + " is given " + to + " in place");
            }
            case FORBIDDEN -> {
                // what is forbidden to this pod is forbidden to the next one too: its eviction would help nobody
                troubled.course = troubled.course.over(now);
                refused(pod, answer.why());
            }
            case IMPOSSIBLE -> {
                troubled.course = troubled.course.impossible(answer.why(), now);
                refused(pod, answer.why());
            }
            case LATER -> told.of(pod, Outcome.FAILED, answer.why());
        }
    }

    private void evict(TroubledPod troubled, Trouble trouble, String why, Instant now) {
        LivePod pod = troubled.pod;
        Answer answer = relief.pods().evict(pod.name(), pod.uid());
        switch (answer.word()) {
            case ACCEPTED -> {
                pods.forget(pod);
                LOG.info("pod {} is evicted: {}", pod.name(), why);
                tell(pod, Outcome.EVICTED, "SidecarEvicted", LoopWords.evicted(trouble) + "; " + why);
            }
            case LATER -> {
                troubled.notBefore = now.plus(BEFORE_NEXT_EVICTION);
                tell(pod, Outcome.BLOCKED, "SidecarNotEvicted", "it is not evicted yet: " + answer.why());
            }
            case FORBIDDEN, IMPOSSIBLE -> {
                troubled.course = troubled.course.over(now);
                tell(pod, Outcome.REFUSED, "SidecarNotEvicted", "it is not evicted: " + answer.why());
            }
        }
    }

    private boolean mayAct(Instant now) {
        while (!actions.isEmpty() && !now.isBefore(actions.getFirst().plus(MINUTE))) {
            actions.removeFirst();
        }
        return actions.size() < relief.actionsPerMinute() && actions.add(now);
    }

    void refused(LivePod pod, String why) {
        tell(pod, Outcome.REFUSED, "SidecarNotResized", "its sidecar cannot be given more memory in place: " + why);
    }

    /** The pod, its workload, and whoever looks at its profile. */
    void tell(LivePod pod, Outcome outcome, String reason, String message) {
        String named = "pod " + pod.name().name() + ": " + message;
        told.of(pod, outcome, named);
        relief.pods()
                .tell(pod.name().namespace(), new Owner("v1", "Pod", pod.name().name(), pod.uid()), reason, message);
        owners.apply(pod).ifPresent(owner -> relief.pods().tell(pod.name().namespace(), owner, reason, named));
    }
}
