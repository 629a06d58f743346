package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.Leadership.Term;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.collect.Pods.Known;
import dev.sidecarsizer.collect.UsageSource.Kill;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.profile.Histories;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.ProfileSink.Refused;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.HistoryFault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
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
    private static final Duration DAY = Duration.ofDays(1);

    private final Sources sources;
    private final Histories histories;
    private final Owners owners;
    private final Targets targets;
    private final Pace pace;
    private final InstantSource clock;
    private final AtomicLong windows = new AtomicLong();
    private final AtomicLong sourceFailures = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong notKept = new AtomicLong();
    private final AtomicLong kills = new AtomicLong();
    private final Queue<Untold> untold = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Ledger ledger;
    private volatile @Nullable String failing;

    /**
     * @param sources opens what a term reads from
     * @param targets what the policy of a pod aims at
     */
    public Collector(
            Sources sources, Histories histories, Owners owners, Targets targets, Pace pace, InstantSource clock) {
        this.sources = sources;
        this.histories = histories;
        this.owners = owners;
        this.targets = targets;
        this.pace = pace;
        this.clock = clock;
    }

    /** A kill of which its workload's owner has not been told. */
    private record Untold(LivePod pod, OomKill kill) {}

    @Override
    public void lead(Term term) throws InterruptedException {
        Ledger own = new Ledger(targets::of, pace);
        histories.read((subject, text) -> restore(own, subject, text));
        ledger = own;
        try (Pods pods = sources.pods((pod, kill) -> killed(own, pod, kill))) {
            pods.start();
            while (!pods.synced()) {
                Thread.sleep(TURN);
            }
            try (Sources.Open source = sources.usage(pods)) {
                Thread reading =
                        Thread.ofVirtual().name("learning-reads").unstarted(() -> readForEver(own, pods, source));
                reading.start();
                try {
                    keepForEver(own, pods, term);
                } finally {
                    reading.interrupt();
                    reading.join();
                }
            }
        } finally {
            ledger = null;
        }
    }

    private static void restore(Ledger ledger, Subject subject, String text) {
        try {
            ledger.restore(subject, text);
        } catch (HistoryFault fault) {
            LOG.warn("history of {}: {}", subject, fault.getMessage());
        }
    }

    private void killed(Ledger own, LivePod pod, OomKill kill) {
        if (own.take(pod, kill)) {
            kills.incrementAndGet();
            untold.add(new Untold(pod, kill));
            LOG.info("the proxy of pod {} was OOM-killed at {}, limit {}", pod.name(), kill.at(), kill.limit());
        }
    }

    private void readForEver(Ledger own, Pods pods, Sources.Open source) {
        boolean told = false;
        try {
            while (true) {
                told = told || tellWhatLacks(source.usage());
                read(own, pods, source.usage());
                Thread.sleep(pace.read());
            }
        } catch (InterruptedException termIsOver) {
            LOG.debug("nothing is read any more");
        }
    }

    /** Whether it could be asked. */
    private boolean tellWhatLacks(UsageSource source) {
        try {
            source.lacks(clock.instant()).forEach(LOG::warn);
            return true;
        } catch (SourceFailed failure) {
            failed(failure);
            return false;
        } catch (RuntimeException fault) {
            sourceFailures.incrementAndGet();
            LOG.error("what the source lacks is not known: a fault of ours", fault);
            return true;
        }
    }

    private void read(Ledger own, Pods pods, UsageSource source) {
        Instant now = clock.instant();
        Instant after = own.readAfter(source.oldest(now));
        own.readsPast(Duration.between(after, now).compareTo(DAY) > 0);
        try {
            source.read(after, now, (end, seen) -> {
                List<Seen> ours =
                        seen.stream().filter(one -> learnsFrom(one, pods)).toList();
                own.take(end, ours, name -> sidecar(pods.find(name)));
                windows.incrementAndGet();
                tellProgress(end, now);
                if (Duration.between(killsAfter(own, after), end).compareTo(DAY) >= 0) {
                    // whose the pods were is remembered until then: for two weeks of a large mesh it would be too much
                    takeKills(own, pods, source, after);
                }
            });
            takeKills(own, pods, source, after);
            own.take(source.now(now), pods.all());
            recovered();
        } catch (SourceFailed failure) {
            failed(failure);
        } catch (RuntimeException fault) {
            sourceFailures.incrementAndGet();
            LOG.error("usage is not read: a fault of ours", fault);
        } finally {
            // also where it cannot be read further: then what was read so far is worth keeping
            own.readsPast(false);
        }
    }

    /** From where the last time ended, which may have been before a failure. */
    private void takeKills(Ledger own, Pods pods, UsageSource source, Instant first) {
        Instant from = killsAfter(own, first);
        Instant until = own.through();
        if (until.isAfter(from)) {
            // those of a pod that lives are told by its status
            List<Kill> ofGone = source.kills(from, until).stream()
                    .filter(kill -> !(pods.find(kill.pod()) instanceof Known.Ours ours && ours.lives()))
                    .toList();
            kills.addAndGet(own.take(ofGone, until));
        }
    }

    private static Instant killsAfter(Ledger own, Instant first) {
        return own.killsThrough().equals(Instant.EPOCH) ? first : own.killsThrough();
    }

    /** A first reading takes long: a line for each day of it. */
    private static void tellProgress(Instant end, Instant now) {
        Duration left = Duration.between(end, now);
        if (left.compareTo(DAY) > 0 && end.truncatedTo(ChronoUnit.DAYS).equals(end)) {
            LOG.info("usage is read through {}, {} days are left", end, left.toDays());
        }
    }

    private boolean learnsFrom(Seen seen, Pods pods) {
        PodName pod = seen.window().pod();
        return targets.learnsFrom(pod.namespace()) && !(pods.find(pod) instanceof Known.NotOurs);
    }

    private static Optional<LivePod> sidecar(Known known) {
        return known instanceof Known.Ours ours ? Optional.of(ours.pod()) : Optional.empty();
    }

    private void recovered() {
        if (failing != null) {
            failing = null;
            LOG.info("usage is read again");
        }
    }

    private void failed(SourceFailed failure) {
        if (Thread.currentThread().isInterrupted()) {
            // the term is over, and took the source with it
            return;
        }
        sourceFailures.incrementAndGet();
        String message = String.valueOf(failure.getMessage());
        if (!message.equals(failing)) {
            failing = message;
            LOG.warn("usage cannot be read, will retry: {}", message);
        }
    }

    private void keepForEver(Ledger own, Pods pods, Term term) throws InterruptedException {
        while (term.stillLeads()) {
            Instant now = clock.instant();
            for (Untold next = untold.poll(); next != null; next = untold.poll()) {
                tell(next.pod(), next.kill());
            }
            own.ownersInDoubt().forEach(subject -> askOwner(own, subject));
            List<OfWorkload> due = own.due(now);
            for (OfWorkload subject : due) {
                if (!term.stillLeads()) {
                    return;
                }
                long begun = System.nanoTime();
                Duration pause = keep(own, subject) ? pace.betweenWrites() : AFTER_FAILURE;
                // a write that took its time was the pause
                Thread.sleep(
                        Math.max(0, pause.minusNanos(System.nanoTime() - begun).toMillis()));
            }
            own.keepMesh(now).ifPresent(mesh -> {
                if (!write(mesh)) {
                    own.meshNotKept();
                }
            });
            for (Learnt prior : own.keepNamespaces(now)) {
                if (!write(prior)) {
                    own.priorNotKept(prior.subject());
                }
            }
            for (OfWorkload subject : own.forgotten(now, pods::all)) {
                forget(own, subject);
            }
            if (due.isEmpty()) {
                Thread.sleep(TURN);
            }
        }
    }

    private void forget(Ledger own, OfWorkload subject) {
        try {
            histories.forget(subject);
            own.forget(subject);
        } catch (RuntimeException failure) {
            notKept.incrementAndGet();
            LOG.warn("history of {} cannot be deleted, will retry: {}", subject, failure.getMessage());
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

    /** End of the last window that this leader read; empty for who does not lead, or has read none. */
    public Optional<Instant> through() {
        return Optional.ofNullable(ledger).map(Ledger::through).filter(Instant.EPOCH::isBefore);
    }

    /** Workloads, and parts of them told apart, that this leader holds. */
    public int accounts() {
        Ledger own = ledger;
        return own == null ? 0 : own.size();
    }

    /** Windows read. */
    public long windows() {
        return windows.get();
    }

    /** Failed attempts to read the source. */
    public long sourceFailures() {
        return sourceFailures.get();
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
        return kills.get();
    }
}
