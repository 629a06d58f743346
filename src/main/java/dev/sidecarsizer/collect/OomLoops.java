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
import dev.sidecarsizer.guard.RunningPods.Answer;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.ProxyFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what {@link OomLoop} decides for the pods of a term. One thread's, but for {@link #killed} and {@link #looked}.
 * What came of a pod is forgotten with the term: the next leader acts by what it sees itself.
 */
final class OomLoops {

    private static final Logger LOG = LoggerFactory.getLogger(OomLoops.class);
    private static final int MOST_PODS = 10_000;
    /** Each takes a request: the other work of a term goes on in between. */
    private static final int MOST_LOOKS = 10;

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    /** A kill, and what a proxy refuses, is in the profile that decides a moment later. */
    private static final Duration UNTIL_LEARNT = Duration.ofSeconds(2);

    private static final Duration BEFORE_NEXT_EVICTION = Duration.ofMinutes(1);
    /** A proxy may refuse traffic for days, and many may: what leaves it so does not change every few seconds. */
    private static final Duration BEFORE_NEXT_LEAVE = Duration.ofMinutes(10);
    /** Twice an hour, as the alert looks back. */
    private static final Duration BEFORE_TOLD_AGAIN = Duration.ofMinutes(30);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final OomRelief relief;
    private final Function<LivePod, Optional<Owner>> owners;
    private final Listener told;
    private final Queue<Killed> fresh = new ConcurrentLinkedQueue<>();
    /** The last of each pod. */
    private final Map<String, Looked> looks = new ConcurrentHashMap<>();

    private final Map<String, Loop> loops = LastUsed.of(MOST_PODS);
    /** When something was asked for, within the last minute. */
    private final Deque<Instant> actions = new ArrayDeque<>();

    /**
     * @param owners the object that a pod's workload is
     * @param told of all that comes of a pod
     */
    OomLoops(OomRelief relief, Function<LivePod, Optional<Owner>> owners, Listener told) {
        this.relief = relief;
        this.owners = owners;
        this.told = told;
    }

    /** Is told what came of a pod. */
    @FunctionalInterface
    interface Listener {

        void of(LivePod pod, Outcome outcome, String message);
    }

    private record Killed(LivePod pod, OomKill kill) {}

    private record Looked(LivePod pod, ProxyFacts facts, Instant since, Instant at) {

        Course on(Course course) {
            if (facts.refusesAll()) {
                return course.refusedAll(since, at);
            }
            return facts.refusesMostly() ? course.refused(since, at) : course.served();
        }
    }

    /** What was told of a pod: which trouble, after which kill or when, and whether more memory was known to help. */
    private record Told(Trouble trouble, Instant since, boolean helps) {}

    /** One pod, and where we are with it. */
    private static final class Loop {

        private final LivePod pod;
        private Course course = Course.BEGIN;
        private @Nullable Told told;
        private Instant notBefore;
        private boolean limited;

        Loop(LivePod pod, Instant notBefore) {
            this.pod = pod;
            this.notBefore = notBefore;
        }

        boolean isOpen(Instant now) {
            return !now.isBefore(notBefore)
                    && (course.asked() != null || course.trouble(now).isPresent());
        }
    }

    /** Takes in a kernel kill, from any thread. */
    void killed(LivePod pod, OomKill kill) {
        fresh.add(new Killed(pod, kill));
    }

    /**
     * Takes in what a look at a pod's proxy tells, from any thread; again where it was told before.
     *
     * @param since from when on the look tells what it did
     * @param at until when
     */
    void looked(LivePod pod, ProxyFacts facts, Instant since, Instant at) {
        // an overload manager of the owner's own has its own bound, which a larger limit does not move
        if (pod.running() && facts.shedding() != null && pod.budgetFor() != null) {
            looks.put(pod.uid(), new Looked(pod, facts, since, at));
        }
    }

    /** Looks at those that are due, and does what is to be done, as long as the term lasts. */
    void look(Instant now, Term term) {
        for (Killed next = fresh.poll(); next != null; next = fresh.poll()) {
            Loop loop = loop(next.pod(), now);
            loop.course = loop.course.killed(next.kill().at(), now);
            loop.notBefore = now.plus(UNTIL_LEARNT);
        }
        looks.forEach((uid, next) -> {
            looks.remove(uid, next);
            if (next.facts().refusesMostly() || loops.containsKey(uid)) {
                Loop loop = loop(next.pod(), now);
                loop.course = next.on(loop.course);
            }
        });
        List<Loop> due = loops.values().stream()
                .filter(loop -> loop.isOpen(now))
                .limit(MOST_LOOKS)
                .toList();
        for (Loop loop : due) {
            if (!term.stillLeads()) {
                return;
            }
            loop.notBefore = now.plus(BETWEEN_LOOKS);
            try {
                look(loop, now);
            } catch (RuntimeException failure) {
                LOG.warn("pod {} is looked at again later: {}", loop.pod.name(), failure.getMessage());
                told.of(loop.pod, Outcome.FAILED, "the API server did not answer, will retry");
            }
        }
    }

    private Loop loop(LivePod pod, Instant now) {
        return loops.computeIfAbsent(pod.uid(), any -> new Loop(pod, now.plus(UNTIL_LEARNT)));
    }

    private void look(Loop loop, Instant now) {
        Optional<Pod> found = relief.pods().find(loop.pod.name(), loop.pod.uid());
        List<ProxyContainer> proxies = found.map(ProxyContainer::in).orElse(List.of());
        if (found.isEmpty() || proxies.size() != 1) {
            loops.remove(loop.pod.uid());
            return;
        }
        ProxyContainer proxy = proxies.getFirst();
        Asked asked = loop.course.asked();
        if (asked != null && !isOver(loop, asked, found.get(), proxy, now)) {
            return;
        }
        Trouble trouble = loop.course.trouble(now).orElse(null);
        if (trouble != null) {
            help(loop, trouble, found.get(), proxy, now);
        }
    }

    private void help(Loop loop, Trouble trouble, Pod pod, ProxyContainer proxy, Instant now) {
        Prospect prospect = relief.prospects().apply(pod);
        Memory memory = ResizeProgress.held(pod, proxy);
        boolean inPlace = trouble == Trouble.KILLED || BudgetOfPod.follows(pod);
        Course course = inPlace ? loop.course : loop.course.impossible(LoopWords.BUDGET_STAYS);
        Step step = OomLoop.next(course, prospect, memory, isReplaced(loop.pod));
        Memory more = OomLoop.more(prospect.gets(), memory).orElse(null);
        Told word = new Told(trouble, since(loop, trouble, now), more != null);
        if (!word.equals(loop.told)) {
            loop.told = word;
            String message = LoopWords.found(trouble, memory, step) + LoopWords.command(loop.pod, proxy, more, inPlace);
            tell(loop, Outcome.FOUND, LoopWords.reason(trouble), message);
        }
        // what is learnt of it may come later still, where much is written
        boolean settled = !now.isBefore(word.since().plus(MINUTE));
        if (trouble == Trouble.REFUSES && settled && step instanceof Step.Leave) {
            loop.notBefore = now.plus(BEFORE_NEXT_LEAVE);
        }
        act(loop, trouble, proxy, step, now);
    }

    /** Each kill is news; that traffic is still refused is, after a while. */
    private static Instant since(Loop loop, Trouble trouble, Instant now) {
        if (trouble == Trouble.KILLED) {
            return loop.course.kills().getLast();
        }
        Told told = loop.told;
        if (told == null
                || told.trouble() != trouble
                || !now.isBefore(told.since().plus(BEFORE_TOLD_AGAIN))) {
            return now;
        }
        return told.since();
    }

    /** Whether the kubelet did, or will not do, what was asked for. */
    private boolean isOver(Loop loop, Asked asked, Pod pod, ProxyContainer proxy, Instant now) {
        ResizeProgress progress = ResizeProgress.of(asked, pod, proxy, now);
        switch (progress.state()) {
            case WAITS -> {
                return false;
            }
            case DONE -> {
                loop.course = loop.course.helped(now);
                tell(loop, Outcome.RESIZED, "SidecarResized", LoopWords.resized(asked.to(), pod, proxy));
            }
            case OVERTAKEN -> loop.course = loop.course.helped(now);
            case FAILED -> {
                loop.course = loop.course.impossible(progress.why());
                refused(loop, progress.why());
            }
        }
        return true;
    }

    private void act(Loop loop, Trouble trouble, ProxyContainer proxy, Step step, Instant now) {
        if (step instanceof Step.Leave) {
            return;
        }
        if (!mayAct(now)) {
            if (!loop.limited) {
                told.of(loop.pod, Outcome.LIMITED, "it waits: there were enough actions within the last minute");
            }
            loop.limited = true;
            return;
        }
        loop.limited = false;
        if (step instanceof Step.Resize resize) {
            resize(loop, proxy, resize.to(), now);
        } else if (step instanceof Step.Evict evict) {
            evict(loop, trouble, evict.why(), now);
        }
    }

    private void resize(Loop loop, ProxyContainer proxy, Memory to, Instant now) {
        Answer answer = relief.pods().resize(loop.pod.name(), loop.pod.uid(), proxy, to);
        switch (answer.word()) {
            case ACCEPTED -> {
                loop.course = loop.course.asked(to, now);
                LOG.info("the proxy of pod {} is given {} in place", loop.pod.name(), to);
                told.of(loop.pod, Outcome.ASKED, "pod " + loop.pod.name().name() + " is given " + to + " in place");
            }
            case FORBIDDEN -> {
                // what is forbidden to this pod is forbidden to the next one too: its eviction would help nobody
                loop.course = loop.course.over(now);
                refused(loop, answer.why());
            }
            case IMPOSSIBLE -> {
                loop.course = loop.course.impossible(answer.why());
                refused(loop, answer.why());
            }
            case LATER -> told.of(loop.pod, Outcome.FAILED, answer.why());
        }
    }

    private void evict(Loop loop, Trouble trouble, String why, Instant now) {
        Answer answer = relief.pods().evict(loop.pod.name(), loop.pod.uid());
        switch (answer.word()) {
            case ACCEPTED -> {
                loops.remove(loop.pod.uid());
                LOG.info("pod {} is evicted: {}", loop.pod.name(), why);
                tell(loop, Outcome.EVICTED, "SidecarEvicted", LoopWords.evicted(trouble) + "; " + why);
            }
            case LATER -> {
                loop.notBefore = now.plus(BEFORE_NEXT_EVICTION);
                tell(loop, Outcome.BLOCKED, "SidecarNotEvicted", "it is not evicted yet: " + answer.why());
            }
            case FORBIDDEN, IMPOSSIBLE -> {
                loop.course = loop.course.over(now);
                tell(loop, Outcome.REFUSED, "SidecarNotEvicted", "it is not evicted: " + answer.why());
            }
        }
    }

    private boolean mayAct(Instant now) {
        while (!actions.isEmpty() && !now.isBefore(actions.getFirst().plus(MINUTE))) {
            actions.removeFirst();
        }
        return actions.size() < relief.actionsPerMinute() && actions.add(now);
    }

    private void refused(Loop loop, String why) {
        tell(loop, Outcome.REFUSED, "SidecarNotResized", "its sidecar cannot be given more memory in place: " + why);
    }

    /** The pod, its workload, and whoever looks at its profile. */
    private void tell(Loop loop, Outcome outcome, String reason, String message) {
        LivePod pod = loop.pod;
        String named = "pod " + pod.name().name() + ": " + message;
        told.of(pod, outcome, named);
        relief.pods()
                .tell(pod.name().namespace(), new Owner("v1", "Pod", pod.name().name(), pod.uid()), reason, message);
        owners.apply(pod).ifPresent(owner -> relief.pods().tell(pod.name().namespace(), owner, reason, named));
    }

    /** Whether another is made where this one is evicted; a job's would count as failed. */
    private static boolean isReplaced(LivePod pod) {
        return pod.controller() != null && !pod.runsToCompletion();
    }
}
