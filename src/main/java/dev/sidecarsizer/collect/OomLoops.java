package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.Leadership.Term;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.guard.OomLoop;
import dev.sidecarsizer.guard.OomLoop.Asked;
import dev.sidecarsizer.guard.OomLoop.Course;
import dev.sidecarsizer.guard.OomLoop.Outcome;
import dev.sidecarsizer.guard.OomLoop.Prospect;
import dev.sidecarsizer.guard.OomLoop.Step;
import dev.sidecarsizer.guard.OomLoop.Trouble;
import dev.sidecarsizer.guard.ResizeProgress;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.ProxyFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what {@link OomLoop} decides for the pods of a term. One thread's, but for {@link #killed} and {@link #looked}.
 * What came of a pod is forgotten with the term: the next leader acts by what it sees itself.
 */
final class OomLoops {

    private static final Logger LOG = LoggerFactory.getLogger(OomLoops.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    /** A proxy may refuse traffic for days, and many may: what leaves it so does not change every few seconds. */
    private static final Duration BEFORE_NEXT_LEAVE = Duration.ofMinutes(10);
    /** What is learnt of a trouble may come so late, where much is written. */
    private static final Duration UNTIL_WRITTEN = Duration.ofMinutes(1);

    private final TroubledPods pods = new TroubledPods();
    private final OomRelief relief;
    private final Listener told;
    private final LoopActions actions;

    /**
     * @param owners the object that a pod's workload is
     * @param told of all that comes of a pod
     */
    OomLoops(OomRelief relief, Function<LivePod, Optional<Owner>> owners, Listener told) {
        this.relief = relief;
        this.told = told;
        actions = new LoopActions(pods, relief, owners, told);
    }

    /** Is told what came of a pod. */
    @FunctionalInterface
    interface Listener {

        void of(LivePod pod, Outcome outcome, String message);
    }

    /** See {@link TroubledPods#killed}. */
    void killed(LivePod pod, OomKill kill) {
        pods.killed(pod, kill);
    }

    /** See {@link TroubledPods#looked}. */
    void looked(LivePod pod, ProxyFacts facts, Instant since, Instant at) {
        pods.looked(pod, facts, since, at);
    }

    /** Looks at those that are due, and does what is to be done, as long as the term lasts. */
    void look(Instant now, Term term) {
        for (TroubledPod troubled : pods.due(now)) {
            if (!term.stillLeads()) {
                return;
            }
            troubled.notBefore = now.plus(BETWEEN_LOOKS);
            try {
                look(troubled, now);
            } catch (RuntimeException failure) {
                LOG.warn("pod {} is looked at again later: {}", troubled.pod.name(), failure.getMessage());
                told.of(troubled.pod, Outcome.FAILED, "the API server did not answer, will retry");
            }
        }
    }

    private void look(TroubledPod troubled, Instant now) {
        Optional<Pod> found = relief.pods().find(troubled.pod.name(), troubled.pod.uid());
        List<ProxyContainer> proxies = found.map(ProxyContainer::in).orElse(List.of());
        if (found.isEmpty() || proxies.size() != 1) {
            pods.forget(troubled.pod);
            return;
        }
        ProxyContainer proxy = proxies.getFirst();
        Asked asked = troubled.course.asked();
        if (asked != null && !isOver(troubled, asked, found.get(), proxy, now)) {
            return;
        }
        Trouble trouble = troubled.course.trouble(now).orElse(null);
        if (trouble != null) {
            help(troubled, trouble, found.get(), proxy, now);
        }
    }

    private void help(TroubledPod troubled, Trouble trouble, Pod pod, ProxyContainer proxy, Instant now) {
        Prospect prospect = relief.prospects().apply(pod);
        Memory memory = ResizeProgress.held(pod, proxy);
        boolean inPlace = trouble == Trouble.KILLED || BudgetOfPod.follows(pod);
        Course course = inPlace ? troubled.course : troubled.course.impossible(LoopWords.BUDGET_STAYS, now);
        Step step = OomLoop.next(course, prospect, memory, isReplaced(troubled.pod));
        Memory more = OomLoop.more(prospect.gets(), memory).orElse(null);
        if (troubled.found(trouble, more != null, now)) {
            String message =
                    LoopWords.found(trouble, memory, step) + LoopWords.command(troubled.pod, proxy, more, inPlace);
            actions.tell(troubled.pod, Outcome.FOUND, LoopWords.reason(trouble), message);
        }
        if (trouble == Trouble.REFUSES && step instanceof Step.Leave && troubled.isFoundFor(UNTIL_WRITTEN, now)) {
            troubled.notBefore = now.plus(BEFORE_NEXT_LEAVE);
        }
        actions.act(troubled, trouble, proxy, step, now);
    }

    /** Whether the kubelet did, or will not do, what was asked for. */
    private boolean isOver(TroubledPod troubled, Asked asked, Pod pod, ProxyContainer proxy, Instant now) {
        ResizeProgress progress = ResizeProgress.of(asked, pod, proxy, now);
        switch (progress.state()) {
            case WAITS -> {
                return false;
            }
            case DONE -> {
                troubled.course = troubled.course.helped(now);
                String message = LoopWords.resized(asked.to(), pod, proxy);
                actions.tell(troubled.pod, Outcome.RESIZED, "SidecarResized", message);
            }
            case OVERTAKEN -> troubled.course = troubled.course.helped(now);
            case FAILED -> {
                troubled.course = troubled.course.impossible(progress.why(), now);
                actions.refused(troubled.pod, progress.why());
            }
        }
        return true;
    }

    /** Whether another is made where this one is evicted; a job's would count as failed. */
    private static boolean isReplaced(LivePod pod) {
        return pod.controller() != null && !pod.runsToCompletion();
    }
}
