package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.UsageSource.Kill;
import dev.sidecarsizer.collect.UsageSource.Now;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.Calibration;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.HistoryFault;
import dev.sidecarsizer.profile.history.MeshHistory;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.profile.history.Recommender;
import dev.sidecarsizer.profile.history.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All accounts of a term. What came in, what is kept already, and what is to be kept next; no call of it waits.
 *
 * <p>Besides a workload as a whole, a part of it has an account of its own where there is something to tell apart: each
 * pod template and image from the second on, each number of worker threads where they differ.
 */
final class Ledger {

    private final Map<OfWorkload, Account> accounts = new LinkedHashMap<>();
    private final Map<PodName, WorkloadKey> whose = new HashMap<>();
    private final Function<LivePod, Target> targets;
    private final Pace pace;
    private Calibration calibration = new Calibration();
    private Instant through = Instant.EPOCH;
    private Instant oldest = Instant.EPOCH;
    private Instant killsThrough = Instant.EPOCH;
    private Instant meshKept = Instant.EPOCH;
    private Instant meshWritten = Instant.EPOCH;
    private Instant priorsMade = Instant.EPOCH;
    private boolean readsPast;
    private final Map<Subject, Recommendation> priors = new HashMap<>();

    /**
     * @param targets what the policy of a pod aims at
     */
    Ledger(Function<LivePod, Target> targets, Pace pace) {
        this.targets = targets;
        this.pace = pace;
    }

    /** Takes over what was kept by the leader before. */
    synchronized void restore(Subject subject, String text) throws HistoryFault {
        if (subject instanceof OfMesh) {
            MeshHistory mesh = MeshHistory.decode(text);
            calibration = mesh.calibration();
            through = mesh.through();
            meshKept = through;
        } else if (subject instanceof OfWorkload workload) {
            accounts.put(workload, new Account(History.decode(text), Target.DEFAULT));
        }
    }

    /** End of the last window that was read; the epoch before the first. */
    synchronized Instant through() {
        return through;
    }

    /**
     * After which instant windows are to be read.
     *
     * @param oldestNow from when on the source has any, as it says now; before the first window what it said first holds,
     *     for of a source that remembers nothing it moves on with the time
     */
    synchronized Instant readAfter(Instant oldestNow) {
        if (oldest.equals(Instant.EPOCH)) {
            oldest = oldestNow;
        }
        return through.equals(Instant.EPOCH) ? oldest : through;
    }

    synchronized int size() {
        return accounts.size();
    }

    /**
     * Takes in the windows of all pods that ended at {@code end}.
     *
     * @param known the pods that live, and those that are gone but remembered
     */
    synchronized void take(Instant end, List<Seen> seen, Function<PodName, Optional<LivePod>> known) {
        Map<OfWorkload, List<PodWindow>> windows = new LinkedHashMap<>();
        for (Seen one : seen) {
            Optional<LivePod> pod = known.apply(one.window().pod());
            Optional<WorkloadKey> workload = pod.map(LivePod::workload).or(one::workload);
            if (isAlone(one.window().pod(), workload)) {
                continue;
            }
            List<OfWorkload> subjects = pod.map(this::subjects)
                    .orElseGet(() -> workload.map(OfWorkload::whole).stream().toList());
            workload.ifPresent(key -> whose.put(one.window().pod(), key));
            subjects.forEach(subject ->
                    windows.computeIfAbsent(subject, any -> new ArrayList<>()).add(one.window()));
        }
        windows.forEach((subject, pods) -> {
            Account account = account(subject);
            // a part's weeks are in the whole's already
            if (account.history.add(end, pods, isWhole(subject) ? calibration : new Calibration())) {
                account.change();
            }
        });
        through = end;
    }

    /** Whether no other pod will have the name that it would be learnt under: accounts of such would fill etcd. */
    private static boolean isAlone(PodName pod, Optional<WorkloadKey> workload) {
        return workload.filter(key -> key.kind().equals("Pod") && key.name().equals(pod.name()))
                .isPresent();
    }

    private static boolean isAlone(LivePod pod) {
        return isAlone(pod.name(), Optional.of(pod.workload()));
    }

    /** The accounts that a pod counts for. */
    private List<OfWorkload> subjects(LivePod pod) {
        List<OfWorkload> subjects = new ArrayList<>();
        OfWorkload whole = OfWorkload.whole(pod.workload());
        Account account = account(whole);
        account.seen(pod);
        account.target = targets.apply(pod);
        subjects.add(whole);
        account.history.made(pod.revision(), pod.image());
        if (account.history.makes() > 1 && pod.revision() != null) {
            OfWorkload revision = new OfWorkload(pod.workload(), pod.revision(), null);
            if (isOfLastImage(revision, pod)) {
                subjects.add(revision);
            }
        }
        if (pod.concurrency() != null && account.concurrencies.size() > 1) {
            subjects.add(new OfWorkload(pod.workload(), null, pod.concurrency()));
        }
        for (OfWorkload part : subjects.subList(1, subjects.size())) {
            account(part).seen(pod);
            account(part).target = account.target;
        }
        return subjects;
    }

    /** The same pod template with another proxy in it: what was seen of the one before says nothing of this one. */
    private boolean isOfLastImage(OfWorkload revision, LivePod pod) {
        History history = account(revision).history;
        if (history.made(pod.revision(), pod.image()) && history.makes() > 1) {
            accounts.put(revision, new Account(history.anew(), Target.DEFAULT));
        }
        return history.madeLast(pod.revision(), pod.image());
    }

    private Account account(OfWorkload subject) {
        return accounts.computeIfAbsent(subject, any -> new Account(new History(), Target.DEFAULT));
    }

    /**
     * Takes in a kernel kill that a pod's status shows.
     *
     * @return whether it is a new one
     */
    synchronized boolean take(LivePod pod, OomKill kill) {
        if (isAlone(pod)) {
            return false;
        }
        boolean counted = false;
        for (OfWorkload subject : subjects(pod)) {
            Account account = account(subject);
            if (account.history.killed(pod.name(), kill.at(), kill.limit())) {
                account.hurry();
                counted = true;
            }
        }
        return counted;
    }

    /** Until when kills of pods that are gone are known; the epoch where none were asked for yet. */
    synchronized Instant killsThrough() {
        return killsThrough;
    }

    /**
     * Takes in kills of pods that are gone; whose they were is known of the windows that were read since the last time.
     *
     * @param until until when these are all
     * @return how many are new
     */
    synchronized int take(List<Kill> kills, Instant until) {
        int fresh = 0;
        for (Kill kill : kills) {
            WorkloadKey workload = whose.get(kill.pod());
            if (workload != null) {
                Account account = account(OfWorkload.whole(workload));
                if (account.history.killed(
                        kill.pod(), kill.at(), kill.doubt(), kill.limit().orElse(null))) {
                    account.change();
                    fresh++;
                }
            }
        }
        whose.clear();
        killsThrough = until;
        return fresh;
    }

    /** Takes in what all proxies use now. */
    synchronized void take(Map<PodName, Now> now, Collection<LivePod> live) {
        accounts.values().forEach(Account::endOfPresent);
        List<LivePod> running =
                live.stream().filter(pod -> pod.running() && !isAlone(pod)).toList();
        for (LivePod pod : running) {
            Integer told = pod.concurrency();
            Now seen = now.get(pod.name());
            Integer concurrency =
                    told != null || seen == null ? told : seen.facts().concurrency();
            if (concurrency != null) {
                account(OfWorkload.whole(pod.workload())).concurrencies.add(concurrency);
            }
        }
        running.forEach(pod -> take(pod, now.get(pod.name())));
    }

    private void take(LivePod pod, @Nullable Now now) {
        Set<Integer> concurrencies = account(OfWorkload.whole(pod.workload())).concurrencies;
        for (OfWorkload subject : subjects(pod)) {
            account(subject)
                    .present(
                            pod,
                            now == null ? null : now.memory(),
                            now == null ? ProxyFacts.UNKNOWN : now.facts(),
                            subject.concurrency() == null ? concurrencies : Set.of(subject.concurrency()));
        }
    }

    /**
     * The accounts that are to be kept now, as many as are kept in about a second: those first that a pod may wait for,
     * then those that were kept the longest ago.
     *
     * <p>While the past is read, none is kept for the first time: each window changes all of them, what the first ones say is
     * no profile yet, and whoever leads next can read them as fast.
     */
    synchronized List<OfWorkload> due(Instant now) {
        boolean first = !readsPast;
        accounts.values().forEach(account -> account.look(now, pace.staleAfter()));
        return accounts.entrySet().stream()
                .filter(entry -> entry.getValue().isDue(now, interval(entry.getKey()), first))
                .sorted(Comparator.comparing(Map.Entry::getValue, Account.MOST_URGENT))
                .limit(pace.writesPerSecond())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Says whether windows that are long past are being read now. */
    synchronized void readsPast(boolean now) {
        readsPast = now;
    }

    /** Up to a tenth more, different for each, so that what was read at once is not written at once for ever. */
    private Duration interval(OfWorkload subject) {
        long tenth = pace.keep().toMillis() / 10;
        return pace.keep().plusMillis(tenth == 0 ? 0 : Math.floorMod(subject.hashCode(), tenth));
    }

    /** What an account says now; it counts as kept from here on, unless {@link #notKept} says otherwise. */
    synchronized Learnt keep(OfWorkload subject, Instant now) {
        Account account = account(subject);
        account.keeping(now);
        return new Learnt(
                subject,
                account.owner(),
                account.history.encode(),
                Recommender.of(account.history, calibration, account.target, now)
                        .orElse(null),
                account.history.measured(account.live).orElse(null),
                account.facts,
                Findings.of(account, calibration, pace.staleAfter(), now));
    }

    /** What {@link #keep} gave last is kept. */
    synchronized void kept(OfWorkload subject) {
        account(subject).kept();
    }

    /** It could not be kept: once more, and later each time, for others wait too. */
    synchronized void notKept(OfWorkload subject, Instant now) {
        account(subject).notKept(now, interval(subject));
    }

    synchronized Optional<LivePod> podOf(OfWorkload subject) {
        return Optional.ofNullable(account(subject).pod);
    }

    /** Those of which a pod came whose controller is a new one. */
    synchronized List<OfWorkload> ownersInDoubt() {
        return accounts.entrySet().stream()
                .filter(entry -> entry.getValue().isOwnerInDoubt())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Notes which object the workload is; empty where it cannot be told. */
    synchronized void owner(OfWorkload subject, Optional<Owner> owner) {
        account(subject).owner(owner.orElse(null));
    }

    /**
     * What is to be kept of the mesh: only windows that all accounts have kept count as read, so that the next leader
     * reads the others again. Empty while nothing is new.
     */
    synchronized Optional<Learnt> keepMesh(Instant now) {
        if (now.isBefore(meshWritten.plus(betweenPriors()))) {
            return Optional.empty();
        }
        Instant safe = accounts.values().stream()
                .map(account -> account.safeThrough(through))
                .min(Comparator.naturalOrder())
                .orElse(through);
        if (!safe.isAfter(meshKept)) {
            return Optional.empty();
        }
        meshKept = safe;
        meshWritten = now;
        return Optional.of(new Learnt(
                new OfMesh(),
                null,
                new MeshHistory(calibration, safe).encode(),
                meshPrior(now).orElse(null),
                null,
                ProxyFacts.UNKNOWN,
                priorConditions()));
    }

    synchronized void meshNotKept() {
        meshKept = Instant.EPOCH;
    }

    /** The priors of namespaces that have changed; looked at now and then, for it takes a look at all accounts. */
    synchronized List<Learnt> keepNamespaces(Instant now) {
        if (readsPast || now.isBefore(priorsMade.plus(betweenPriors()))) {
            return List.of();
        }
        priorsMade = now;
        Map<String, List<Recommendation>> around = new TreeMap<>();
        accounts.forEach((subject, account) -> {
            if (isWhole(subject)) {
                recommended(account, now).ifPresent(one -> around.computeIfAbsent(
                                subject.workload().namespace(), any -> new ArrayList<>())
                        .add(one));
            }
        });
        List<Learnt> changed = new ArrayList<>();
        around.forEach((namespace, all) -> Recommender.prior(all)
                .filter(prior -> !prior.equals(priors.put(new OfNamespace(namespace), prior)))
                .ifPresent(prior -> changed.add(new Learnt(
                        new OfNamespace(namespace),
                        null,
                        MeshHistory.begin().encode(),
                        prior,
                        null,
                        ProxyFacts.UNKNOWN,
                        priorConditions()))));
        return changed;
    }

    /** The prior could not be kept: it counts as changed the next time. */
    synchronized void priorNotKept(Subject namespace) {
        priors.remove(namespace);
    }

    private Duration betweenPriors() {
        return pace.keep().dividedBy(10);
    }

    private Optional<Recommendation> meshPrior(Instant now) {
        return Recommender.prior(accounts.entrySet().stream()
                .filter(entry -> isWhole(entry.getKey()))
                .flatMap(entry -> recommended(entry.getValue(), now).stream())
                .toList());
    }

    private Optional<Recommendation> recommended(Account account, Instant now) {
        return Recommender.of(account.history, calibration, account.target, now);
    }

    private static boolean isWhole(OfWorkload subject) {
        return subject.revision() == null && subject.concurrency() == null;
    }

    private static List<Condition> priorConditions() {
        return List.of(new Condition(
                "Ready", true, "EnoughWorkloads", "what suffices for all workloads with history, 30 or more"));
    }

    /**
     * Workloads that have not been seen for so long that they will not come back, and parts of others; none that has pods,
     * which a source may be at fault not to show.
     *
     * @param live asked only where there may be something to forget
     */
    synchronized List<OfWorkload> forgotten(Instant now, Supplier<List<LivePod>> live) {
        List<OfWorkload> silent = accounts.entrySet().stream()
                .filter(entry -> entry.getValue().history.through().isAfter(Instant.EPOCH))
                .filter(entry -> entry.getValue().history.through().isBefore(now.minus(pace.forgetAfter())))
                .map(Map.Entry::getKey)
                .toList();
        if (silent.isEmpty()) {
            return silent;
        }
        Set<OfWorkload> living = live.get().stream()
                .flatMap(pod -> Stream.of(
                        OfWorkload.whole(pod.workload()),
                        new OfWorkload(pod.workload(), pod.revision(), null),
                        new OfWorkload(pod.workload(), null, pod.concurrency())))
                .collect(Collectors.toSet());
        return silent.stream().filter(subject -> !living.contains(subject)).toList();
    }

    synchronized void forget(OfWorkload subject) {
        accounts.remove(subject);
    }
}
