package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.UsageSource.Kill;
import dev.sidecarsizer.collect.UsageSource.Now;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What came in, and how far it was read: windows, kills and the present go to the accounts that they count for. */
final class Intake {

    /**
     * Read once more by the next leader: kills told late, and runs that nothing was kept of yet. Histories skip the rest.
     * So long may samples come late, too, where nobody was seen.
     */
    private static final Duration READ_AGAIN = Duration.ofDays(2);

    /** Kinds that metrics name, whose objects are made for one run. */
    private static final Set<String> ONE_RUN = Set.of("Job", "Workflow");

    /** A day's pods of a large mesh; more only come together where nobody tells of kills. */
    private static final int MOST_OWNERS = 100_000;

    private final Accounts accounts;
    private final Scoring scoring;
    private final Map<PodName, WorkloadKey> whose = LastUsed.of(MOST_OWNERS);
    private final Map<PodName, WorkloadKey> whosePast = LastUsed.of(MOST_OWNERS);
    private Instant restored = Instant.EPOCH;
    private Instant through = Instant.EPOCH;
    private Instant position = Instant.EPOCH;
    private Instant killsThrough = Instant.EPOCH;

    Intake(Accounts accounts, Scoring scoring) {
        this.accounts = accounts;
        this.scoring = scoring;
    }

    void restore(Instant read) {
        restored = read;
        through = read;
    }

    /** End of the last window that was read, by the leader before too; the epoch before the first. */
    Instant through() {
        return through;
    }

    /** Namespaces that were learnt from until then: of others there may be a past that nobody read. */
    Set<String> namespaces() {
        return accounts.wholes()
                .filter(entry -> entry.getValue().history.through().isAfter(Instant.EPOCH))
                .filter(entry -> !entry.getValue().history.through().isBefore(through))
                .map(entry -> entry.getKey().workload().namespace())
                .collect(Collectors.toSet());
    }

    /** End of the last window that is not asked for again in this term; later ones may still get samples. */
    Instant position() {
        return position;
    }

    /** Until when kills of pods that are gone are known; where none were asked for yet, as {@link #readAfter}. */
    Instant killsThrough() {
        return killsThrough;
    }

    /**
     * After which instant windows are to be read.
     *
     * @param oldestNow from when on the source has any, as it says now; before the first window what it said first holds,
     *     for of a source that remembers nothing it moves on with the time
     */
    Instant readAfter(Instant oldestNow) {
        if (position.equals(Instant.EPOCH)) {
            Instant again = through.minus(READ_AGAIN);
            position = again.isAfter(oldestNow) ? again : oldestNow;
            killsThrough = position;
        }
        return position;
    }

    /**
     * Takes in the windows of all pods that ended at {@code end}.
     *
     * @param known the pods that live, and those that are gone but remembered
     */
    void take(Instant end, List<Seen> seen, Function<PodName, Optional<LivePod>> known) {
        boolean readAgain = !end.isAfter(restored);
        take(position.equals(Instant.EPOCH) ? through : position, end, seen, known, whose, readAgain);
        position = end;
        through = end.isAfter(through) ? end : through;
    }

    /** Takes in that nobody was seen in a window: samples may come late, so it is asked for again until somebody is. */
    void takeNobody(Instant end) {
        Instant again = end.minus(READ_AGAIN);
        position = again.isAfter(position) ? again : position;
        through = end.isAfter(through) ? end : through;
    }

    /**
     * Takes in windows of some namespaces that were not learnt from when all others were read until then.
     *
     * @param before end of the window before, or where these begin
     */
    void takePast(Instant before, Instant end, List<Seen> seen, Function<PodName, Optional<LivePod>> known) {
        take(before, end, seen, known, whosePast, false);
    }

    private void take(
            Instant before,
            Instant end,
            List<Seen> seen,
            Function<PodName, Optional<LivePod>> known,
            Map<PodName, WorkloadKey> owners,
            boolean readAgain) {
        Map<OfWorkload, List<PodWindow>> windows = new LinkedHashMap<>();
        for (Seen one : seen) {
            subjects(one, known, owners, readAgain)
                    .forEach(subject -> windows.computeIfAbsent(subject, any -> new ArrayList<>())
                            .add(one.window()));
        }
        Map<String, Double> secondsApart = PodWindow.secondsApart(seen.stream().map(Seen::window));
        windows.forEach((subject, pods) -> accounts.get(subject)
                .add(
                        before,
                        end,
                        pods,
                        secondsApart.getOrDefault(subject.workload().namespace(), 0.0))
                // a part's weeks are in the whole's already
                .filter(week -> Accounts.isWhole(subject))
                .ifPresent(week -> scoring.add(subject, week)));
    }

    private List<OfWorkload> subjects(
            Seen seen,
            Function<PodName, Optional<LivePod>> known,
            Map<PodName, WorkloadKey> owners,
            boolean readAgain) {
        PodName name = seen.window().pod();
        LivePod pod = known.apply(name).orElse(null);
        WorkloadKey workload = pod != null ? pod.workload() : seen.workload().orElse(null);
        if (workload == null || Accounts.isAlone(name, workload)) {
            return List.of();
        }
        if (pod != null) {
            owners.put(name, workload);
            return accounts.of(pod, seen.window().end().minus(seen.window().length()));
        }
        OfWorkload whole = OfWorkload.whole(workload);
        boolean oneRun = ONE_RUN.contains(workload.kind());
        if (readAgain && !oneRun && !accounts.has(whole)) {
            // its pod was known by another name while it lived, and is counted there
            return List.of();
        }
        owners.put(name, workload);
        if (oneRun) {
            accounts.get(whole).wasOneRun();
        }
        return List.of(whole);
    }

    /**
     * Takes in a kernel kill that a pod's status shows.
     *
     * @return whether it is a new one
     */
    boolean take(LivePod pod, OomKill kill, Instant now) {
        if (Accounts.isAlone(pod)) {
            return false;
        }
        boolean counted = false;
        for (OfWorkload subject : accounts.of(pod, kill.at())) {
            boolean isNew = accounts.get(subject).killed(pod, kill, now);
            // a part that is told apart since then counts it late
            counted |= isNew && Accounts.isWhole(subject);
        }
        return counted;
    }

    /**
     * Takes in kills of pods that are gone; whose they were is known of the windows that were read since the last time.
     *
     * @param until until when these are all
     * @return how many are new
     */
    int take(List<Kill> kills, Instant until) {
        killsThrough = until;
        return take(kills, until, whose);
    }

    /** The same, of what {@link #takePast(Instant, Instant, List, Function)} took since the last time. */
    int takePast(List<Kill> kills, Instant until) {
        return take(kills, until, whosePast);
    }

    private int take(List<Kill> kills, Instant until, Map<PodName, WorkloadKey> owners) {
        int fresh = 0;
        for (Kill kill : kills) {
            WorkloadKey workload = owners.get(kill.pod());
            if (workload != null) {
                Account account = accounts.get(OfWorkload.whole(workload));
                if (account.history.killed(
                        kill.pod(), kill.at(), kill.doubt(), kill.limit().orElse(null), until)) {
                    account.keeping.change();
                    fresh++;
                }
            }
        }
        owners.clear();
        return fresh;
    }

    /** Takes in what all proxies use now. */
    void take(Map<PodName, Now> now, Collection<LivePod> live) {
        List<LivePod> running = live.stream()
                .filter(pod -> pod.running() && !Accounts.isAlone(pod))
                .toList();
        accounts.count(
                running,
                name -> now.get(name) == null
                        ? null
                        : now.get(name).facts().runtime().concurrency());
        running.forEach(pod -> take(pod, now.get(pod.name())));
    }

    private void take(LivePod pod, @Nullable Now now) {
        Set<Integer> concurrencies =
                accounts.get(OfWorkload.whole(pod.workload())).present.concurrencies();
        for (OfWorkload subject : accounts.of(pod, pod.created())) {
            accounts.get(subject)
                    .look(
                            pod,
                            now == null ? null : now.memory(),
                            now == null ? ProxyFacts.UNKNOWN : now.of(pod),
                            subject.concurrency() == null ? concurrencies : Set.of(subject.concurrency()));
        }
    }
}
