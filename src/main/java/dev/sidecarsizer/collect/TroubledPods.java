package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.guard.OomLoop.Course;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyOverload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Which pods of a term are in trouble, or may come to be. One thread's, but for {@link #killed} and {@link #looked}. */
final class TroubledPods {

    private static final int MOST_PODS = 10_000;
    /** Each takes a request: the other work of a term goes on in between. */
    private static final int MOST_LOOKS = 10;

    /** A kill, and what a proxy refuses, is in the profile that decides a moment later. */
    private static final Duration UNTIL_LEARNT = Duration.ofSeconds(2);

    private final Queue<Killed> fresh = new ConcurrentLinkedQueue<>();
    /** The last of each pod. */
    private final Map<String, Looked> looks = new ConcurrentHashMap<>();

    private final Map<String, TroubledPod> pods = LastUsed.of(MOST_PODS);

    private record Killed(LivePod pod, OomKill kill) {}

    private record Looked(LivePod pod, ProxyOverload overload, Instant since, Instant at) {

        Course on(Course course) {
            if (overload.refusesAll()) {
                return course.refusedAll(since, at);
            }
            return overload.refusesMostly() ? course.refused(since, at) : course.served();
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
        if (pod.running() && facts.overload().shedding() != null && pod.budgetFor() != null) {
            looks.put(pod.uid(), new Looked(pod, facts.overload(), since, at));
        }
    }

    /** Those that something may be done for, by all that came in. */
    List<TroubledPod> due(Instant now) {
        for (Killed next = fresh.poll(); next != null; next = fresh.poll()) {
            TroubledPod troubled = get(next.pod(), now);
            troubled.course = troubled.course.killed(next.kill().at(), now);
            troubled.notBefore = now.plus(UNTIL_LEARNT);
        }
        looks.forEach((uid, next) -> {
            looks.remove(uid, next);
            if (next.overload().refusesMostly() || pods.containsKey(uid)) {
                TroubledPod troubled = get(next.pod(), now);
                troubled.course = next.on(troubled.course);
            }
        });
        return pods.values().stream()
                .filter(troubled -> troubled.isOpen(now))
                .limit(MOST_LOOKS)
                .toList();
    }

    void forget(LivePod pod) {
        pods.remove(pod.uid());
    }

    private TroubledPod get(LivePod pod, Instant now) {
        return pods.computeIfAbsent(pod.uid(), any -> new TroubledPod(pod, now.plus(UNTIL_LEARNT)));
    }
}
