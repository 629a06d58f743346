package dev.sidecarsizer.collect;

import dev.sidecarsizer.advice.Known;
import dev.sidecarsizer.advice.Known.Sized;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.guard.OomLoop.Outcome;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Guarded;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.PastWeek;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.profile.history.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the leader holds of one subject during its term: the history, and what only the present tells. */
final class Account {

    private static final int MOST_CONTROLLERS = 8;

    /** A job that runs once under its name is not worth an object, but one that comes again next day is. */
    private static final Duration BEFORE_VAIN = Duration.ofDays(2);

    private static final Duration DAY = Duration.ofDays(1);

    final History history;
    final Present present = new Present();
    final UnderGuard guard = new UnderGuard();
    final ByStep steps = new ByStep();
    final Keeping keeping;

    private List<Autoscaler> autoscalers = List.of();

    private Running running = Running.NONE;

    private @Nullable Relieved relieved;

    /** Kinds of the findings that it had when it was last kept; all of them would be most of a leader's memory. */
    List<String> found = List.of();

    /** One of the pods that run now, or the last that did. */
    @Nullable
    LivePod pod;

    private final Set<String> controllers = new LinkedHashSet<>();

    @Nullable
    private Owner owner;

    private boolean ownerInDoubt;

    private Instant begun = Instant.EPOCH;
    private boolean endsByItself;
    private boolean stale;

    /** What came last of a pod that was killed again and again, or refused traffic. */
    record Relieved(Outcome outcome, String message, Instant at) {}

    private Account(History history, Keeping keeping) {
        this.history = history;
        this.keeping = keeping;
    }

    /** Of what nothing is kept yet. */
    static Account begin(History history) {
        return new Account(history, new Keeping(false));
    }

    /** Of what is kept. */
    static Account restore(History history) {
        return new Account(history, new Keeping(true));
    }

    /**
     * Takes in a window of all pods.
     *
     * @param before the end of the one before it
     * @param secondsApart how far samples are apart, as all pods of its namespace tell
     * @return a week that ended with it
     */
    Optional<PastWeek> add(Instant before, Instant end, List<PodWindow> windows, double secondsApart) {
        if (!history.add(end, windows, secondsApart)) {
            return Optional.empty();
        }
        keeping.window(before);
        return history.pastWeek().filter(week -> week.at().equals(end));
    }

    /**
     * Notes a pod that runs. One whose controller is new may belong to a workload that was deleted and made again, or to
     * the same after a rollout. The first tells whose a profile is that was learnt of pods that are gone.
     */
    void seen(LivePod running) {
        boolean first = pod == null;
        pod = running;
        endsByItself = running.runsToCompletion() && !running.workload().kind().equals("CronJob");
        if (running.controller() != null && controllers.add(running.controller().uid())) {
            ownerInDoubt = !first;
            if (first && hasWindows()) {
                keeping.change();
            }
            if (controllers.size() > MOST_CONTROLLERS) {
                controllers.remove(controllers.iterator().next());
            }
        }
    }

    /** Whether it must be asked which object the workload is. */
    boolean isOwnerInDoubt() {
        return ownerInDoubt;
    }

    /** Notes which object the workload is; one made again has no profile yet, and needs it for its next pod. */
    void owner(@Nullable Owner now) {
        ownerInDoubt = false;
        if (now == null) {
            return;
        }
        if (owner != null && !owner.uid().equals(now.uid())) {
            keeping.hurry();
        }
        owner = now;
    }

    @Nullable
    Owner owner() {
        return owner;
    }

    /** Forgets what was said of the present, before it is said anew. */
    void lookAgain() {
        present.lookAgain();
        guard.lookAgain();
    }

    /**
     * Takes in what one of the pods uses this moment.
     *
     * @param alike worker threads of all pods of the subject
     */
    void look(LivePod running, @Nullable Bytes memory, ProxyFacts now, Set<Integer> alike) {
        if (present.facts().runtime().image() == null && hasWindows()) {
            keeping.change();
        }
        present.look(running, memory, now, alike);
        guard.look(running, now.overload());
        if (memory != null
                && running.limit() != null
                && now.overload().shedsLoad()
                && history.shed(running.name(), memory, running.limit())) {
            keeping.hurry();
        }
    }

    /**
     * Takes in which of its pods are there; that some are not sized, or are not sized any more, is worth a word at once.
     *
     * @param ceiling what the policy of its last pod allows at most
     */
    void runs(Census.Counted counted, @Nullable Bytes ceiling, Instant now) {
        Running before = running;
        running = counted.running();
        if (running.missed() != before.missed()
                || running.earlier() != before.earlier()
                || running.byNet() != before.byNet()
                || running.misfits() != before.misfits()) {
            keeping.hurry();
        }
        if (guard.counted(counted, ceiling, now)) {
            keeping.hurry();
        }
    }

    /** Takes in who else resizes or scales the workload; a change is worth a write, but not at once. */
    void scaled(List<Autoscaler> now) {
        if (!now.equals(autoscalers) && (keeping.isStored() || hasWindows())) {
            keeping.change();
        }
        autoscalers = now;
    }

    List<Autoscaler> autoscalers() {
        return autoscalers;
    }

    /** People who look into why a pod is killed are to find it at once. */
    void relieved(Relieved last) {
        boolean same = relieved != null
                && relieved.outcome() == last.outcome()
                && relieved.message().equals(last.message());
        relieved = last;
        if (!same) {
            keeping.hurry();
        }
    }

    /** That, for a day. */
    Optional<Relieved> relieved(Instant now) {
        return Optional.ofNullable(relieved)
                .filter(last -> now.isBefore(last.at().plus(DAY)));
    }

    /**
     * Goes on with sizing by steps; what people wait for is worth a word at once.
     *
     * @return where it has come to, where people are to be told
     */
    Optional<RolloutState> step(@Nullable Plan plan, List<LivePod> pods, Instant at) {
        ByStep.Turn turn = steps.step(plan, pods, guard.trial(), guard.verdict(), at);
        if (turn.changed()) {
            keeping.hurry();
        }
        return turn.turn();
    }

    /** Takes over what its profile shows. */
    void restore(ProxyFacts lasting, List<Autoscaler> shown) {
        present.restore(lasting);
        autoscalers = shown;
    }

    /** What the guard says, and what the next leader goes on from. */
    Guarded guarded() {
        Trial trial = guard.trial();
        return new Guarded(guard.verdict(), trial.equals(Trial.BEGIN) ? null : trial.encode(), steps.rollout());
    }

    Running running() {
        return running;
    }

    /**
     * Takes in a kernel kill.
     *
     * @return whether it is a new one
     */
    boolean killed(LivePod killed, OomKill kill, Instant now) {
        Optional<Bytes> before = history.oomLimit();
        boolean first = history.oomKills() == 0;
        if (!history.killed(killed.name(), killed.created(), kill.at(), kill.limit(), now)) {
            return false;
        }
        guard.killed(killed, kill.at(), now);
        keeping.change();
        // the same again and again changes nothing for the next pod
        if (first || !history.oomLimit().equals(before)) {
            keeping.hurry();
        }
        return true;
    }

    /**
     * What findings are made from.
     *
     * @param selector labels of its pods that no other workload's have
     * @param ceiling of the policy of its last pod
     * @param mode how far one like its last pod would be sized
     * @param recommendation what its next pod should get
     */
    Known known(
            WorkloadKey workload,
            Map<String, String> selector,
            @Nullable Bytes ceiling,
            @Nullable Mode mode,
            @Nullable Recommendation recommendation) {
        return new Known(
                workload,
                selector,
                present.request(),
                present.limit(),
                present.budget(),
                ceiling,
                history.measured(present.live()).orElse(null),
                recommendation,
                history.outlook()
                        .map(outlook -> new Bytes(Math.round(outlook.trend().bytesPerDay())))
                        .orElse(null),
                Set.copyOf(present.concurrencies()),
                sized(),
                present.facts(),
                pod != null && pod.guaranteed(),
                mode,
                autoscalers.stream()
                        .filter(Autoscaler::concernsProxyMemory)
                        .findFirst()
                        .orElse(null));
    }

    private @Nullable Sized sized() {
        Verdict verdict = guard.verdict();
        return verdict.equals(Verdict.FINE) && running.sized() == 0
                ? null
                : new Sized(
                        verdict instanceof Withdraw withdrawn ? withdrawn : null,
                        verdict instanceof Raise raised ? raised : null);
    }

    private boolean hasWindows() {
        return history.through().isAfter(Instant.EPOCH);
    }

    /** Notes that its pods, of which nothing else is known, were made for one run. */
    void wasOneRun() {
        endsByItself = true;
    }

    /** Whether all that it knows is of pods that came to their end within a day: others may never have their name. */
    private boolean isOneRun() {
        return endsByItself && history.oomKills() == 0 && history.seenFor().compareTo(DAY) < 0;
    }

    /** Whether nothing worth keeping came for long. */
    boolean isVain(Instant now) {
        boolean empty = !hasWindows() && history.oomKills() == 0;
        Instant since = heard().isAfter(begun) ? heard() : begun;
        return !keeping.isStored() && (empty || isOneRun()) && since.isBefore(now.minus(BEFORE_VAIN));
    }

    /** End of the last window; without any when it was first looked at. */
    Instant heard() {
        return hasWindows() ? history.through() : begun;
    }

    /** Whether the last window in it is too long ago; without any there is nothing to go stale. */
    boolean isStale(Instant now, Duration after) {
        return hasWindows() && history.through().isBefore(now.minus(after));
    }

    /** Where it has become stale, or fresh again, the profile is to say so, once. */
    void look(Instant now, Duration staleAfter) {
        if (begun.equals(Instant.EPOCH)) {
            begun = now;
        }
        if (stale != isStale(now, staleAfter)) {
            stale = !stale;
            keeping.change();
        }
    }

    /**
     * @param readsPast whether windows come so fast that none is worth keeping
     * @param rewinds whether nothing may be kept of what nothing is kept yet
     */
    boolean isDue(Instant now, Duration interval, boolean readsPast, boolean rewinds) {
        return !isOneRun() && keeping.isDue(now, interval, readsPast, rewinds);
    }

    /** After which window all must be read again if this leader dies now. */
    Instant safeThrough(Instant read) {
        return isOneRun() ? read : keeping.safeThrough(read);
    }
}
