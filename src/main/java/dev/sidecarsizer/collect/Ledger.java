package dev.sidecarsizer.collect;

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
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Owner;
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
import dev.sidecarsizer.profile.history.Target;
import dev.sidecarsizer.profile.history.Trial;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All accounts of a term under one lock: what came in, what is kept already, and what is to be kept next; no call of it
 * waits for anything but another of these. The part that does it says what it does.
 */
final class Ledger {

    private final Scoring scoring = new Scoring();
    private final Accounts accounts;
    private final Intake intake;
    private final RollCall roll;
    private final Priors priors;
    private final MeshAccount mesh;
    private final Schedule schedule;
    private final Statements statements;
    private final Forgetting forgetting;

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
        accounts = new Accounts(targets);
        intake = new Intake(accounts, scoring);
        roll = new RollCall(accounts, ceilings);
        priors = new Priors(accounts, scoring, pace);
        mesh = new MeshAccount(accounts, intake, scoring, pace);
        schedule = new Schedule(accounts, mesh, pace);
        statements = new Statements(accounts, scoring, ceilings, modes, pace.staleAfter());
        forgetting = new Forgetting(accounts, priors, pace);
    }

    /** Takes over what was kept by the leader before. */
    synchronized void restore(Subject subject, String text) throws HistoryFault {
        if (subject instanceof OfMesh) {
            mesh.restore(text);
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

    synchronized Optional<Instant> readNoLaterThan(Instant now) {
        return mesh.readNoLaterThan(now);
    }

    synchronized Instant through() {
        return intake.through();
    }

    synchronized Set<String> namespaces() {
        return intake.namespaces();
    }

    synchronized Instant readAfter(Instant oldestNow) {
        return intake.readAfter(oldestNow);
    }

    synchronized int size() {
        return accounts.size();
    }

    synchronized void take(Instant end, List<Seen> seen, Function<PodName, Optional<LivePod>> known) {
        intake.take(end, seen, known);
    }

    synchronized void takeNobody(Instant end) {
        intake.takeNobody(end);
    }

    synchronized void takePast(
            Instant before, Instant end, List<Seen> seen, Function<PodName, Optional<LivePod>> known) {
        intake.takePast(before, end, seen, known);
    }

    synchronized boolean take(LivePod pod, OomKill kill, Instant now) {
        return intake.take(pod, kill, now);
    }

    synchronized Instant position() {
        return intake.position();
    }

    synchronized Instant killsThrough() {
        return intake.killsThrough();
    }

    synchronized int take(List<Kill> kills, Instant until) {
        return intake.take(kills, until);
    }

    synchronized int takePast(List<Kill> kills, Instant until) {
        return intake.takePast(kills, until);
    }

    synchronized void take(Map<PodName, Now> now, Collection<LivePod> live) {
        intake.take(now, live);
    }

    synchronized Map<String, Running> count(Map<WorkloadKey, List<LivePod>> live, Instant now) {
        return roll.count(live, now);
    }

    synchronized void scaled(Map<WorkloadKey, List<LivePod>> live, Autoscalers autoscalers) {
        roll.scaled(live, autoscalers);
    }

    synchronized List<RollCall.Told> step(
            Map<WorkloadKey, List<LivePod>> live, Function<LivePod, Optional<Plan>> plans, Instant now) {
        return roll.step(live, plans, now);
    }

    synchronized long rollouts(RolloutState state) {
        return roll.rollouts(state);
    }

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

    synchronized Sample past() {
        return roll.past();
    }

    synchronized void readsPast(boolean now) {
        schedule.readsPast(now);
    }

    synchronized List<OfWorkload> due(Instant now) {
        return schedule.due(now);
    }

    /** What an account says now; it counts as kept from here on, unless {@link #notKept} says otherwise. */
    synchronized Learnt keep(OfWorkload subject, Instant now) {
        Account account = accounts.get(subject);
        account.keeping.begins(now);
        return statements.of(subject, account, now);
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

    synchronized void notKept(OfWorkload subject, Instant now) {
        schedule.notKept(subject, now);
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

    synchronized Optional<Learnt> keepMesh(Instant now) {
        return mesh.keep(now);
    }

    synchronized void meshKept() {
        mesh.kept();
    }

    /** The priors of namespaces that have changed. */
    synchronized List<Learnt> keepNamespaces(Instant now) {
        return schedule.readsPast() ? List.of() : priors.changed(now);
    }

    synchronized void notKept(OfNamespace namespace) {
        priors.notKept(namespace);
    }

    synchronized List<Subject> forgotten(Instant now, Supplier<List<LivePod>> live, Predicate<String> gone) {
        return forgetting.due(now, live, gone);
    }

    synchronized void notForgotten(Instant now) {
        forgetting.failed(now);
    }

    synchronized void forget(Subject subject) {
        forgetting.forget(subject);
    }
}
