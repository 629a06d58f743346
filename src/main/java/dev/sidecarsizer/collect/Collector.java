package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.Leadership.Term;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.guard.Fuse;
import dev.sidecarsizer.guard.OomLoop.Outcome;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscalers;
import dev.sidecarsizer.profile.Histories;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.ProfileSink.Refused;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.HistoryFault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The learning loop, for the length of one term: one thread reads what proxies used, another keeps what follows from it.
 * So a slow source keeps no OOM kill waiting, and a slow API server no window.
 *
 * <p>A leader that dies loses nothing that the source still has: windows that were read but not kept are read again by the
 * next, and a history takes each window once.
 */
public final class Collector implements Leadership.Task {

    private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
    private static final Duration TURN = Duration.ofMillis(200);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private static final Map<String, Running> NOTHING = Map.of(Census.REST, Running.NONE);

    private final Sources sources;
    private final Histories histories;
    private final Fuse fuse;
    private final Owners owners;
    private final Targets targets;
    private final Autoscalers autoscalers;
    private final OomRelief relief;
    private final Pace pace;
    private final InstantSource clock;
    private final Reading.Counts counts = new Reading.Counts();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong notKept = new AtomicLong();
    private final AtomicLong trips = new AtomicLong();
    private final AtomicLong killsOfSized = new AtomicLong();
    private final Map<Outcome, AtomicLong> reliefs = new EnumMap<>(Outcome.class);
    private final Queue<Untold> untold = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Ledger ledger;
    private volatile Consumer<Map<String, Running>> counted = sums -> {};

    /**
     * @param sources opens what a term reads from
     * @param fuse stops all sizing
     * @param targets what the policy of a pod aims at
     * @param autoscalers who else resizes or scales
     * @param relief what is done for pods that are killed again and again, or refuse traffic
     */
    public Collector(
            Sources sources,
            Histories histories,
            Fuse fuse,
            Owners owners,
            Targets targets,
            Autoscalers autoscalers,
            OomRelief relief,
            Pace pace,
            InstantSource clock) {
        this.sources = sources;
        this.histories = histories;
        this.fuse = fuse;
        this.owners = owners;
        this.targets = targets;
        this.autoscalers = autoscalers;
        this.relief = relief;
        this.pace = pace;
        this.clock = clock;
        for (Outcome outcome : Outcome.values()) {
            reliefs.put(outcome, new AtomicLong());
        }
    }

    /** A kill of which its workload's owner has not been told. */
    private record Untold(LivePod pod, OomKill kill) {}

    @Override
    public void lead(Term term) throws InterruptedException {
        Ledger own = new Ledger(targets::of, targets::ceiling, targets::mode, pace);
        histories.read((subject, text, trial) -> restore(own, subject, text, trial));
        histories.readFacts(own::restore);
        own.readNoLaterThan(clock.instant())
                .ifPresent(said -> LOG.warn(
                        "usage is said to be read through {}, which is to come: a leader's clock was ahead, or ours is"
                                + " behind; it is read again from where anything was seen last",
                        said));
        ledger = own;
        OomLoops loops = new OomLoops(relief, this::owner, (pod, outcome, message) -> {
            counter(outcome).incrementAndGet();
            own.relieved(pod, outcome, message, clock.instant());
        });
        try (Pods pods = sources.pods((pod, kill) -> {
            loops.killed(pod, kill);
            killed(own, pod, kill);
        })) {
            pods.start();
            while (!pods.synced()) {
                Thread.sleep(TURN);
            }
            try (Sources.Open source = sources.usage(pods)) {
                Reading reads = new Reading(
                        own,
                        pods,
                        (pod, kill) -> killed(own, pod, kill),
                        loops,
                        source.usage(),
                        targets,
                        clock,
                        pace.read(),
                        counts);
                Thread reading = Thread.ofVirtual().name("learning-reads").unstarted(reads::forEver);
                reading.start();
                try {
                    keepForEver(own, pods, loops, term);
                } finally {
                    reading.interrupt();
                    reading.join();
                }
            }
        } finally {
            ledger = null;
            counted.accept(NOTHING);
        }
    }

    private static void restore(Ledger ledger, Subject subject, String text, @Nullable String trial) {
        try {
            ledger.restore(subject, text);
            if (trial != null) {
                ledger.restoreTrial(subject, trial);
            }
        } catch (HistoryFault fault) {
            LOG.warn("history of {}: {}", subject, fault.getMessage());
        }
    }

    private void killed(Ledger own, LivePod pod, OomKill kill) {
        if (own.take(pod, kill, clock.instant())) {
            counts.kills.incrementAndGet();
            if (pod.sizing() == LivePod.Sizing.SIZED) {
                killsOfSized.incrementAndGet();
            }
            untold.add(new Untold(pod, kill));
            LOG.info("the proxy of pod {} was OOM-killed at {}, limit {}", pod.name(), kill.at(), kill.limit());
        }
    }

    private void keepForEver(Ledger own, Pods pods, OomLoops loops, Term term) throws InterruptedException {
        Instant count = Instant.MIN;
        while (term.stillLeads()) {
            Instant now = clock.instant();
            if (!now.isBefore(count)) {
                // also while the source is away: pods are counted by what the API server says
                List<LivePod> live = pods.all();
                Map<WorkloadKey, List<LivePod>> byWorkload =
                        live.stream().collect(Collectors.groupingBy(LivePod::workload));
                counted.accept(own.count(byWorkload, now));
                own.scaled(byWorkload, autoscalers);
                own.step(byWorkload, targets::rollout, now).forEach(this::tell);
                hold(own, live, now);
                count = now.plus(pace.read());
            }
            for (Untold next = untold.poll(); next != null; next = untold.poll()) {
                tell(next.pod(), next.kill());
            }
            loops.look(now, term);
            own.ownersInDoubt().forEach(subject -> askOwner(own, subject));
            List<OfWorkload> due = own.due(now);
            atOurPace(due, term, subject -> keep(own, subject));
            atOurPace(own.keepMesh(now).stream().toList(), term, mesh -> keepMesh(own, mesh));
            atOurPace(own.keepNamespaces(now), term, prior -> keepPrior(own, prior));
            atOurPace(own.forgotten(now, pods::all, targets::isGone), term, subject -> forget(own, subject));
            if (due.isEmpty()) {
                Thread.sleep(TURN);
            }
        }
    }

    /** Stops all sizing where it does harm all over the mesh. */
    private void hold(Ledger own, List<LivePod> live, Instant now) {
        if (fuse.isBlown()) {
            return;
        }
        Outcomes.judge(live, own::isStuck, own.past(), fuse.mended(), now).ifPresent(why -> {
            LOG.warn("the breaker trips: {}", why);
            try {
                fuse.blow(why);
                trips.incrementAndGet();
            } catch (RuntimeException failure) {
                LOG.warn("the breaker's word is not written yet, will retry: {}", failure.getMessage());
            }
        });
    }

    /** Kernel kills of pods that we sized; those of pods that are gone, which Prometheus tells of, are not among them. */
    public long killsOfSized() {
        return killsOfSized.get();
    }

    /** How often that came of a pod that was killed again and again, or refused traffic. */
    public long reliefs(Outcome outcome) {
        return counter(outcome).get();
    }

    private AtomicLong counter(Outcome outcome) {
        return Objects.requireNonNull(reliefs.get(outcome));
    }

    /** How often the breaker tripped. */
    public long trips() {
        return trips.get();
    }

    /** One write after the other, and none once the term is over; {@code write} says whether it was done. */
    private <T> void atOurPace(List<T> all, Term term, Predicate<T> write) throws InterruptedException {
        for (T one : all) {
            if (!term.stillLeads()) {
                return;
            }
            long begun = System.nanoTime();
            Duration pause = write.test(one) ? pace.betweenWrites() : AFTER_FAILURE;
            // a write that took its time was the pause
            Thread.sleep(Math.max(0, pause.minusNanos(System.nanoTime() - begun).toMillis()));
        }
    }

    private boolean forget(Ledger own, Subject subject) {
        try {
            histories.forget(subject);
            own.forget(subject);
            return true;
        } catch (RuntimeException failure) {
            notKept.incrementAndGet();
            LOG.warn("history of {} cannot be deleted, will retry: {}", subject, failure.getMessage());
            own.notForgotten(clock.instant());
            return false;
        }
    }

    private void tell(LivePod pod, OomKill kill) {
        owner(pod)
                .ifPresent(owner -> histories.tell(
                        pod.workload(),
                        owner,
                        "SidecarOOMKilled",
                        "the sidecar of pod " + pod.name().name() + " was OOM-killed at "
                                + (kill.limit() == null ? "no limit" : "limit " + kill.limit())
                                + "; the next pod gets more, up to its policy's ceiling"));
    }

    private void tell(RollCall.Told told) {
        owner(told.pod())
                .ifPresent(owner -> histories.tell(told.pod().workload(), owner, told.reason(), told.message()));
    }

    private Optional<Owner> owner(LivePod pod) {
        return Optional.ofNullable(pod.controller()).flatMap(controller -> owners.of(pod.workload(), controller));
    }

    private void askOwner(Ledger own, OfWorkload subject) {
        own.owner(subject, own.podOf(subject).flatMap(this::owner));
    }

    private boolean keep(Ledger own, OfWorkload subject) {
        askOwner(own, subject);
        if (write(own.keep(subject, clock.instant()))) {
            own.kept(subject);
            return true;
        }
        own.notKept(subject, clock.instant());
        return false;
    }

    private boolean keepMesh(Ledger own, Learnt mesh) {
        boolean kept = write(mesh);
        if (kept) {
            own.meshKept();
        }
        return kept;
    }

    private boolean keepPrior(Ledger own, Learnt prior) {
        boolean kept = write(prior);
        if (!kept && prior.subject() instanceof OfNamespace namespace) {
            own.notKept(namespace);
        }
        return kept;
    }

    /** Whether it is kept, or never can be. */
    private boolean write(Learnt learnt) {
        try {
            histories.write(learnt);
            kept.incrementAndGet();
            return true;
        } catch (Refused refused) {
            notKept.incrementAndGet();
            LOG.warn("what was learnt of {} is lost: {}", learnt.subject(), refused.getMessage());
            return true;
        } catch (RuntimeException failure) {
            notKept.incrementAndGet();
            LOG.warn("what was learnt of {} is not kept yet, will retry: {}", learnt.subject(), failure.getMessage());
            return false;
        }
    }

    /** Has {@code teller} told of the pods that run, by namespace, whenever they are counted; of none now, and at a term's end. */
    public void atEachCount(Consumer<Map<String, Running>> teller) {
        counted = teller;
        teller.accept(NOTHING);
    }

    /** End of the last window that this leader read; empty for who does not lead, or has read none. */
    public Optional<Instant> through() {
        return Optional.ofNullable(ledger).map(Ledger::through).filter(Instant.EPOCH::isBefore);
    }

    /** Workloads, and parts of them told apart, that this leader holds. */
    public int accounts() {
        Ledger own = ledger;
        return own == null ? 0 : own.size();
    }

    /** Workloads that have a finding of that kind, by its word. */
    public long findings(String kind) {
        Ledger own = ledger;
        return own == null ? 0 : own.findings(kind);
    }

    /** Workloads that are there with their sizing by steps. */
    public long rollouts(RolloutState state) {
        Ledger own = ledger;
        return own == null ? 0 : own.rollouts(state);
    }

    /** Windows read. */
    public long windows() {
        return counts.windows.get();
    }

    /** Failed attempts to read the source. */
    public long sourceFailures() {
        return counts.failures.get();
    }

    /** Histories and profiles written. */
    public long kept() {
        return kept.get();
    }

    /** Failed attempts to write one. */
    public long notKept() {
        return notKept.get();
    }

    /** Kernel kills seen for the first time. */
    public long kills() {
        return counts.kills.get();
    }
}
