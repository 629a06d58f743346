package dev.sidecarsizer.collect;

import dev.sidecarsizer.collect.Pods.Known;
import dev.sidecarsizer.collect.UsageSource.Now;
import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.mesh.PodName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of a term's two threads: reads from the source what proxies used, again and again, into the ledger.
 *
 * <p>A namespace that opts in when others are learnt from already has a past too, and is learnt from once that is read.
 */
final class Reading {

    private static final Logger LOG = LoggerFactory.getLogger(Reading.class);
    private static final Duration DAY = Duration.ofDays(1);

    private final Ledger ledger;
    private final Pods pods;
    private final Pods.Killed killed;
    private final OomLoops loops;
    private final UsageSource source;
    private final Targets targets;
    private final InstantSource clock;
    private final Duration pause;
    private final Counts counts;

    private final Namespaces namespaces;
    private final KillReading killReading;
    private final Glance glance;
    /** When kills may have been that nobody told of when the past was read. */
    private KillReading.@Nullable Span owed;

    /** End of the last window that was given. */
    private Instant given = Instant.EPOCH;

    private boolean told;
    private @Nullable String failing;

    /** What is counted over all terms. */
    static final class Counts {
        final AtomicLong windows = new AtomicLong();
        final AtomicLong failures = new AtomicLong();
        final AtomicLong kills = new AtomicLong();
    }

    /**
     * @param killed is told of kills that a pod's status showed before its namespace was learnt from
     * @param loops is told of each look at a pod
     * @param pause between two readings
     */
    Reading(
            Ledger ledger,
            Pods pods,
            Pods.Killed killed,
            OomLoops loops,
            UsageSource source,
            Targets targets,
            InstantSource clock,
            Duration pause,
            Counts counts) {
        this.ledger = ledger;
        this.pods = pods;
        this.killed = killed;
        this.loops = loops;
        this.source = source;
        this.targets = targets;
        this.clock = clock;
        this.pause = pause;
        this.counts = counts;
        killReading = new KillReading(source, pods, counts.kills);
        glance = new Glance(source, pods, this::readPresent);
        namespaces = new Namespaces(targets::learnsFrom, ledger.namespaces(), pause);
    }

    /** Reads until the thread is interrupted. */
    void forEver() {
        try {
            while (true) {
                told = told || succeeds(this::tellWhatLacks);
                Instant now = clock.instant();
                // what differs between pods decides whose windows are told apart
                boolean present = succeeds(() -> readPresent(now));
                boolean kills = succeeds(this::readOwedKills);
                boolean past = succeeds(() -> readPast(now));
                if (succeeds(() -> read(now)) && present && kills && past) {
                    recovered();
                }
                glance.during(pause, clock);
            }
        } catch (InterruptedException termIsOver) {
            LOG.debug("nothing is read any more");
        }
    }

    private void tellWhatLacks() {
        source.lacks(clock.instant()).forEach(LOG::warn);
    }

    private void readPresent(Instant now) {
        Map<PodName, Now> present = source.now(now);
        List<LivePod> live = pods.all();
        ledger.take(present, live);
        for (LivePod pod : live) {
            Now one = present.get(pod.name());
            // of a young pod a few samples would be all of the window
            if (one != null && !one.since().isBefore(pod.created())) {
                loops.looked(pod, one.of(pod), one.since(), one.at());
            }
        }
    }

    private void read(Instant now) {
        boolean first = ledger.through().equals(Instant.EPOCH);
        Instant after = after(now);
        AtomicBoolean tellsOfKills = new AtomicBoolean(true);
        asLongPast(after, now, () -> {
            source.read(after, now, (end, seen) -> {
                counts.windows.incrementAndGet();
                tellProgress(end, now);
                given = end;
                if (seen.isEmpty()) {
                    ledger.takeNobody(end);
                    return;
                }
                seen.stream()
                        .map(one -> one.window().pod().namespace())
                        .distinct()
                        .forEach(namespace -> namespaces.meet(namespace, first));
                ledger.take(end, learntFrom(seen, namespaces.known()), this::sidecar);
                if (tellsOfKills.get() && KillReading.isTime(ledger.killsThrough(), end)) {
                    // who does not tell of them may tell of windows all the same
                    tellsOfKills.set(succeeds(() -> killReading.read(ledger.killsThrough(), end, ledger::take)));
                }
            });
            if (ledger.through().isAfter(after)) {
                // windows make parts that differ, of which nothing is known yet
                readPresent(now);
            }
            killReading.read(ledger.killsThrough(), ledger.position(), ledger::take);
        });
    }

    /** Windows in which nobody was seen are asked for again when there may be a new one; our clock may have been ahead. */
    private Instant after(Instant now) {
        Instant after = ledger.readAfter(source.oldest(now));
        boolean nothingNew = given.isAfter(after) && !given.isAfter(now) && now.isBefore(given.plus(source.window()));
        return nothingNew ? given : after;
    }

    private Optional<LivePod> sidecar(PodName name) {
        return pods.find(name) instanceof Known.Ours ours ? Optional.of(ours.pod()) : Optional.empty();
    }

    /** Reads the past of namespaces that opted in late. */
    private void readPast(Instant now) {
        Instant through = ledger.through();
        if (through.equals(Instant.EPOCH)) {
            return;
        }
        namespaces.dropWhatOptedOut();
        pods.all().forEach(pod -> namespaces.meet(pod.name().namespace(), false));
        for (Set<String> some = namespaces.newcomers(now); !some.isEmpty(); some = namespaces.newcomers(now)) {
            try {
                readPast(some, through, now);
            } catch (SourceFailed failure) {
                namespaces.pastFailed(some, now);
                throw failure;
            }
            namespaces.pastIsRead(some);
        }
    }

    private void readPast(Set<String> some, Instant through, Instant now) {
        Instant oldest = source.oldest(now);
        Instant[] before = {oldest};
        Instant[] killsAfter = {oldest};
        AtomicBoolean tellsOfKills = new AtomicBoolean(owed == null);
        asLongPast(oldest, now, () -> {
            source.readPast(some, through, now, (end, seen) -> {
                ledger.takePast(before[0], end, learntFrom(seen, some), this::sidecar);
                before[0] = end;
                if (tellsOfKills.get() && KillReading.isTime(killsAfter[0], end)) {
                    tellsOfKills.set(
                            succeeds(() -> killsAfter[0] = killReading.read(killsAfter[0], end, ledger::takePast)));
                }
            });
            if (!tellsOfKills.get() || !succeeds(() -> killReading.read(killsAfter[0], before[0], ledger::takePast))) {
                owed = new KillReading.Span(killsAfter[0], before[0]).with(owed);
            }
        });
        pods.all().stream().filter(pod -> some.contains(pod.name().namespace())).forEach(pod -> pod.kills()
                .forEach(kill -> killed.killed(pod, kill)));
        if (before[0].isAfter(oldest)) {
            LOG.info("the past of {} is read, from {} on", some, oldest);
        }
    }

    /** Windows may be learnt from without. */
    private void readOwedKills() {
        KillReading.Span span = owed;
        if (span != null) {
            killReading.read(span.after(), span.until(), ledger::takePast);
            owed = null;
        }
    }

    /** Runs what reads windows; also where that fails, what was read so far is worth keeping from then on. */
    private void asLongPast(Instant after, Instant now, Runnable reads) {
        ledger.readsPast(Duration.between(after, now).compareTo(DAY) > 0);
        try {
            reads.run();
        } finally {
            ledger.readsPast(false);
        }
    }

    /** Of a namespace whose past is not read yet nothing: all is read again with that. */
    private List<Seen> learntFrom(List<Seen> seen, Set<String> some) {
        return seen.stream()
                .filter(one -> {
                    PodName pod = one.window().pod();
                    return some.contains(pod.namespace())
                            && targets.learnsFrom(pod.namespace())
                            && !(pods.find(pod) instanceof Known.NotOurs);
                })
                .toList();
    }

    /** A first reading takes long: a line for each day of it. */
    private static void tellProgress(Instant end, Instant now) {
        Duration left = Duration.between(end, now);
        if (left.compareTo(DAY) > 0 && end.truncatedTo(ChronoUnit.DAYS).equals(end)) {
            LOG.info("usage is read through {}, {} days are left", end, left.toDays());
        }
    }

    private boolean succeeds(Runnable reads) {
        try {
            reads.run();
            return true;
        } catch (SourceFailed failure) {
            failed(failure);
        } catch (RuntimeException fault) {
            counts.failures.incrementAndGet();
            LOG.error("usage is not read: a fault of ours", fault);
        }
        return false;
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
        counts.failures.incrementAndGet();
        String message = String.valueOf(failure.getMessage());
        if (!message.equals(failing)) {
            failing = message;
            LOG.warn("usage cannot be read, will retry: {}", message);
        }
    }
}
