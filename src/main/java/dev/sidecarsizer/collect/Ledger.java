package dev.sidecarsizer.collect;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.UsageSource.Kill;
import dev.sidecarsizer.collect.UsageSource.Now;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.guard.Breaker.Sample;
import dev.sidecarsizer.guard.OomLoop.Outcome;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Autoscalers;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.HistoryFault;
import dev.sidecarsizer.profile.history.MeshHistory;
import dev.sidecarsizer.profile.history.Recommender;
import dev.sidecarsizer.profile.history.Target;
import dev.sidecarsizer.profile.history.Trial;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All accounts of a term under one lock: what came in, what is kept already, and what is to be kept next; no call of it
 * waits for anything but another of these.
 */
final class Ledger {

    private static final Duration AFTER_NAMESPACE = Duration.ofDays(2);

    private final Scoring scoring = new Scoring();
    private final Priors priors = new Priors();
    private final MeshProgress mesh = new MeshProgress();
    private final Accounts accounts;
    private final Intake intake;
    private final RollCall roll;
    private final Function<LivePod, Bytes> ceilings;
    private final Function<LivePod, Mode> modes;
    private final Pace pace;
    private Instant priorsMade = Instant.EPOCH;
    private Instant forgottenSought = Instant.EPOCH;
    private List<OfNamespace> endedPriors = List.of();
    private boolean readsPast;

    /**
     * @param targets what the policy of a pod aims at
     * @param ceilings what it allows at most
     * @param modes how far one like it would be sized
     */
    Ledger(
            Function<LivePod, Target> targets,
            Function<LivePod, Bytes> ceilings,
            Function<LivePod, Mode> modes,
            Pace pace) {
        this.ceilings = ceilings;
        this.modes = modes;
        accounts = new Accounts(targets);
        intake = new Intake(accounts, scoring);
        roll = new RollCall(accounts, ceilings);
        this.pace = pace;
    }

    /** Takes over what was kept by the leader before. */
    synchronized void restore(Subject subject, String text) throws HistoryFault {
        if (subject instanceof OfMesh) {
            MeshHistory kept = MeshHistory.decode(text);
            scoring.restore(kept.calibration(), kept.settled());
            intake.restore(kept.through());
            mesh.restore(kept.through());
        } else if (subject instanceof OfNamespace namespace) {
            priors.restore(namespace);
        } else if (subject instanceof OfWorkload workload) {
            History history = History.decode(text);
            accounts.put(workload, Account.restore(history));
            if (Accounts.isWhole(workload)) {
                history.pastWeek().ifPresent(week -> scoring.restore(workload, week));
            }
        }
    }

    /** Takes over what a profile shows of a workload that was taken over. */
    synchronized void restore(
            Subject subject,
            ProxyFacts lasting,
            List<Autoscaler> autoscalers,
            @Nullable Rollout rollout,
            int leftAlone) {
        if (subject instanceof OfWorkload workload && accounts.has(workload)) {
            accounts.get(workload).restore(lasting, autoscalers);
            accounts.get(workload).steps.restore(rollout);
            if (Accounts.isWhole(workload)) {
                roll.restore(workload.workload(), leftAlone);
            }
        }
    }

    /** The same, of how a workload's sized pods did; what it is of is taken over already. */
    synchronized void restoreTrial(Subject subject, String text) throws HistoryFault {
        if (subject instanceof OfWorkload workload && accounts.has(workload)) {
            accounts.get(workload).guard.restore(Trial.decode(text));
        }
    }

    /**
     * Takes no window for read that is not over: a leader before may have gone by a clock that was ahead.
     *
     * @return until when it said that all was read, where that cannot be
     */
    synchronized Optional<Instant> readNoLaterThan(Instant now) {
        Instant said = intake.through();
        if (!said.isAfter(now)) {
            return Optional.empty();
        }
        Instant seen = accounts.wholes()
                .map(entry -> entry.getValue().history.through())
                .filter(through -> !through.isAfter(now))
                .max(Comparator.naturalOrder())
                .orElse(now);
        scoring.settledNoLaterThan(seen);
        intake.restore(seen);
        mesh.restore(seen);
        return Optional.of(said);
    }

    /** End of the last window that was read; the epoch before the first. */
    synchronized Instant through() {
        return intake.through();
    }

    /** Namespaces that were learnt from until then: of others there may be a past that nobody read. */
    synchronized Set<String> namespaces() {
        return accounts.wholes()
                .filter(entry -> entry.getValue().history.through().isAfter(Instant.EPOCH))
                .filter(entry -> !entry.getValue().history.through().isBefore(intake.through()))
                .map(entry -> entry.getKey().workload().namespace())
                .collect(Collectors.toSet());
    }

    /**
     * After which instant windows are to be read.
     *
     * @param oldestNow from when on the source has any, as it says now; before the first window what it said first holds,
     *     for of a source that remembers nothing it moves on with the time
     */
    synchronized Instant readAfter(Instant oldestNow) {
        return intake.readAfter(oldestNow);
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
        intake.take(end, seen, known);
    }

    /** Takes in that no pod at all was seen in the windows that ended at {@code end}; they may be given again. */
    synchronized void takeNobody(Instant end) {
        intake.takeNobody(end);
    }

    /**
     * Takes in windows of some namespaces that were not learnt from when all others were read until then.
     *
     * @param before end of the window before, or where these begin
     */
    synchronized void takePast(
            Instant before, Instant end, List<Seen> seen, Function<PodName, Optional<LivePod>> known) {
        intake.takePast(before, end, seen, known);
    }

    /**
     * Takes in a kernel kill that a pod's status shows.
     *
     * @return whether it is a new one
     */
    synchronized boolean take(LivePod pod, OomKill kill, Instant now) {
        return intake.take(pod, kill, now);
    }

    /** End of the last window that is not asked for again; later ones may still get samples. */
    synchronized Instant position() {
        return intake.position();
    }

    /** Until when kills of pods that are gone are known; where none were asked for yet, as {@link #readAfter}. */
    synchronized Instant killsThrough() {
        return intake.killsThrough();
    }

    /**
     * Takes in kills of pods that are gone; whose they were is known of the windows that were read since the last time.
     *
     * @param until until when these are all
     * @return how many are new
     */
    synchronized int take(List<Kill> kills, Instant until) {
        return intake.take(kills, until);
    }

    /** The same, of what {@link #takePast(Instant, Instant, List, Function)} took since the last time. */
    synchronized int takePast(List<Kill> kills, Instant until) {
        return intake.takePast(kills, until);
    }

    /** Takes in what all proxies use now. */
    synchronized void take(Map<PodName, Now> now, Collection<LivePod> live) {
        intake.take(now, live);
    }

    /**
     * Counts the pods that run; a workload whose count of unsized ones changes is due at once.
     *
     * @param live by workload
     * @return the sums, by namespace
     */
    synchronized Map<String, Running> count(Map<WorkloadKey, List<LivePod>> live, Instant now) {
        return roll.count(live, now);
    }

    /**
     * Takes in who else resizes or scales the workloads: whoever names the workload itself, or, where labels group, an owner
     * of its pods.
     *
     * @param live by workload
     */
    synchronized void scaled(Map<WorkloadKey, List<LivePod>> live, Autoscalers autoscalers) {
        roll.scaled(live, autoscalers);
    }

    /**
     * Goes on with workloads of which a share is sized; after the {@link #count} of the same pods.
     *
     * @param live by workload
     * @param plans by which steps the policy of a pod has new ones sized
     * @return what their owners are to be told
     */
    synchronized List<RollCall.Told> step(
            Map<WorkloadKey, List<LivePod>> live, Function<LivePod, Optional<Plan>> plans, Instant now) {
        return roll.step(live, plans, now);
    }

    /** How many workloads are there with their sizing by steps. */
    synchronized long rollouts(RolloutState state) {
        return roll.rollouts(state);
    }

    /** Whether the pod never became ready, as of the last two counts. */
    synchronized boolean isStuck(LivePod pod) {
        return roll.isStuck(pod);
    }

    /** Notes what came of a pod that was killed again and again, or refused traffic, for its workload's profile to say. */
    synchronized void relieved(LivePod pod, Outcome outcome, String message, Instant now) {
        OfWorkload whole = OfWorkload.whole(pod.workload());
        if (accounts.has(whole)) {
            accounts.get(whole).relieved(new Account.Relieved(outcome, message, now));
        }
    }

    /** How pods of all workloads did before they were sized: hours, and kills. */
    synchronized Sample past() {
        return roll.past();
    }

    /**
     * The accounts that are to be kept now, as many as are kept in about a second: those first that a pod may wait for,
     * then those that were kept the longest ago.
     *
     * <p>While the past is read, none is kept for the first time: each window changes all of them, what the first ones say is
     * no profile yet, and whoever leads next can read them as fast.
     */
    synchronized List<OfWorkload> due(Instant now) {
        accounts.all().forEach(entry -> entry.getValue().look(now, pace.staleAfter()));
        accounts.dropVain(now);
        boolean rewinds = mesh.rewinds(safe());
        return accounts.all()
                .filter(entry -> entry.getValue().isDue(now, interval(entry.getKey()), readsPast, rewinds))
                .sorted(Comparator.comparing(entry -> entry.getValue().keeping, Keeping.MOST_URGENT))
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
        Account account = accounts.get(subject);
        account.keeping.begins(now);
        Recommendation recommended = recommended(account, now).orElse(null);
        LivePod pod = account.pod;
        Finding.All findings = Kind.judge(account.known(
                subject.workload(),
                pod == null ? Map.of() : accounts.selector(pod),
                pod == null ? null : ceilings.apply(pod),
                pod == null ? null : modes.apply(pod),
                recommended));
        account.found = findings.found().stream().map(Finding::kind).toList();
        return new Learnt(
                subject,
                account.owner(),
                account.history.encode(),
                recommended,
                account.history.measured(account.present.live()).orElse(null),
                account.present.facts(),
                account.autoscalers(),
                account.running(),
                account.guarded(),
                Stream.concat(
                                Conditions.of(account, scoring.all(), pace.staleAfter(), now).stream(),
                                Stream.of(Conditions.of(findings)))
                        .toList(),
                findings);
    }

    /** How many workloads have a finding of that kind. */
    synchronized long findings(String kind) {
        return accounts.wholes()
                .filter(entry -> entry.getValue().found.contains(kind))
                .count();
    }

    /** What {@link #keep} gave last is kept. */
    synchronized void kept(OfWorkload subject) {
        accounts.get(subject).keeping.succeeded();
    }

    /** It could not be kept: once more, and later each time, for others wait too. */
    synchronized void notKept(OfWorkload subject, Instant now) {
        accounts.get(subject).keeping.failed(now, interval(subject));
    }

    synchronized Optional<LivePod> podOf(OfWorkload subject) {
        return Optional.ofNullable(accounts.get(subject).pod);
    }

    /** Those of which a pod came whose controller is a new one. */
    synchronized List<OfWorkload> ownersInDoubt() {
        return accounts.all()
                .filter(entry -> entry.getValue().isOwnerInDoubt())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Notes which object the workload is; empty where it cannot be told. */
    synchronized void owner(OfWorkload subject, Optional<Owner> owner) {
        accounts.get(subject).owner(owner.orElse(null));
    }

    /**
     * What is to be kept of the mesh: only windows that all accounts have kept count as read, so that the next leader
     * reads the others again. Empty while nothing is new.
     */
    synchronized Optional<Learnt> keepMesh(Instant now) {
        Instant safe = safe();
        if (!mesh.isDue(safe, now, betweenPriors())) {
            return Optional.empty();
        }
        mesh.keeping(safe, now);
        Instant settled = scoring.settle(safe);
        return Optional.of(Priors.learnt(
                new OfMesh(),
                new MeshHistory(scoring.kept(), settled, safe),
                Recommender.prior(accounts.wholes()
                                .flatMap(entry -> recommended(entry.getValue(), now).stream())
                                .toList())
                        .orElse(null)));
    }

    /** What {@link #keepMesh} gave last is kept. */
    synchronized void meshKept() {
        mesh.kept();
    }

    /** Until when all windows are kept. */
    private Instant safe() {
        return accounts.all()
                .map(entry -> entry.getValue().safeThrough(intake.through()))
                .min(Comparator.naturalOrder())
                .orElse(intake.through());
    }

    /** The priors of namespaces that have changed; looked at now and then, for it takes a look at all accounts. */
    synchronized List<Learnt> keepNamespaces(Instant now) {
        if (readsPast || now.isBefore(priorsMade.plus(betweenPriors()))) {
            return List.of();
        }
        priorsMade = now;
        Map<String, List<Recommendation>> around = new TreeMap<>();
        accounts.wholes().forEach(entry -> recommended(entry.getValue(), now).ifPresent(one -> around.computeIfAbsent(
                        entry.getKey().workload().namespace(), any -> new ArrayList<>())
                .add(one)));
        endedPriors = priors.ended(around);
        return priors.changed(around);
    }

    /** It is to be kept once more, the next time. */
    synchronized void notKept(OfNamespace namespace) {
        priors.notKept(namespace);
    }

    private Duration betweenPriors() {
        return pace.keep().dividedBy(10);
    }

    private Optional<Recommendation> recommended(Account account, Instant now) {
        return Recommender.of(account.history, scoring.all(), account.history.target(), now)
                .map(memory -> memory.withIdleTimeout(account.present.facts().idleTimeout()));
    }

    /**
     * Workloads that have not been seen for so long that they will not come back, and parts of others; none that has pods,
     * which a source may be at fault not to show. And priors of namespaces that have too few workloads by now. Looked for
     * now and then, and no more at once than are kept in about a second.
     *
     * @param live asked only where there may be something to forget
     * @param gone which namespaces there are no more: their last windows are read later, and nothing else
     */
    synchronized List<Subject> forgotten(Instant now, Supplier<List<LivePod>> live, Predicate<String> gone) {
        if (now.isBefore(forgottenSought.plus(betweenPriors()))) {
            return List.of();
        }
        List<Subject> forgotten = new ArrayList<>(endedPriors);
        List<OfWorkload> outlived = accounts.outlived(now.minus(pace.forgetAfter()), gone, now.minus(AFTER_NAMESPACE));
        if (!outlived.isEmpty()) {
            Set<OfWorkload> living = accounts.named(live.get().stream()).collect(Collectors.toSet());
            outlived.stream().filter(subject -> !living.contains(subject)).forEach(forgotten::add);
        }
        if (forgotten.size() > pace.writesPerSecond()) {
            return forgotten.subList(0, pace.writesPerSecond());
        }
        forgottenSought = now;
        return forgotten;
    }

    /** Something cannot be forgotten now: it is looked for again later. */
    synchronized void notForgotten(Instant now) {
        forgottenSought = now;
    }

    synchronized void forget(Subject subject) {
        if (subject instanceof OfWorkload workload) {
            accounts.remove(workload);
        } else if (subject instanceof OfNamespace namespace) {
            priors.forget(namespace);
            endedPriors =
                    endedPriors.stream().filter(one -> !one.equals(namespace)).toList();
        }
    }
}
