package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.Sizing;
import dev.sidecarsizer.guard.Guard;
import dev.sidecarsizer.guard.Guard.Death;
import dev.sidecarsizer.guard.Guard.Seen;
import dev.sidecarsizer.guard.Guard.Shedding;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.ProxyOverload;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.history.Trial;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a workload's pods do since they are sized, and what {@link Guard} concludes from it. */
final class UnderGuard {

    private static final Shedding NOBODY = new Shedding(0, 0, 0);

    private Trial trial = Trial.BEGIN;
    private Verdict verdict = Verdict.FINE;
    private Shedding looked = NOBODY;

    /** Takes over what was kept. */
    void restore(Trial kept) {
        trial = kept;
    }

    /** All pods are looked into anew. */
    void lookAgain() {
        looked = NOBODY;
    }

    /** Takes in what a look into one of the pods says. */
    void look(LivePod pod, ProxyOverload overload) {
        boolean sized = pod.sizing() == Sizing.SIZED;
        if (overload.shedding() == null
                || (sized ? pod.created().isBefore(Guard.judgedUntil(trial)) : !overload.shedsLoad())) {
            return;
        }
        looked = new Shedding(
                looked.sized() + (sized ? 1 : 0),
                looked.refuse() + (sized && overload.shedsLoad() ? 1 : 0),
                looked.others() + (sized ? 0 : 1));
    }

    void killed(LivePod pod, Instant at, Instant now) {
        trial = Guard.killed(trial, death(pod, at), now);
    }

    /**
     * Takes in which pods are there.
     *
     * @param ceiling what the policy allows at most
     * @return whether the verdict is another
     */
    boolean counted(Census.Counted counted, @Nullable Bytes ceiling, Instant now) {
        for (LivePod pod : counted.restarted()) {
            if (pod.restarted() != null) {
                trial = Guard.restarted(trial, death(pod, pod.restarted()), now);
            }
        }
        Running running = counted.running();
        Seen seen = new Seen(
                running.sized(),
                running.kept() + running.missed() + running.earlier(),
                counted.stuck(),
                counted.lasting(),
                looked.equals(NOBODY) ? null : looked,
                counted.limit(),
                ceiling);
        looked = NOBODY;
        trial = Guard.counted(trial, seen, now);
        Verdict before = verdict;
        verdict = Guard.verdict(trial, now);
        return !verdict.equals(before);
    }

    Trial trial() {
        return trial;
    }

    Verdict verdict() {
        return verdict;
    }

    private static Death death(LivePod pod, Instant at) {
        return new Death(pod.uid(), pod.sizing() == Sizing.SIZED, pod.created(), at);
    }
}
