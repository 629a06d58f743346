package dev.sidecarsizer.audit;

import dev.sidecarsizer.admission.DecisionLog;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.ProfileSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts decisions by workload in memory and writes them into the workloads' profiles now and then.
 *
 * <p>Recording is one update of a hash table. A workload is written no more often than once an interval, each at a time
 * of its own, so that replicas and workloads do not all write at once. A failed write is kept and tried again, ever more
 * rarely, and given up after {@value #MOST_FAILURES} failures (hours), or at once where it is refused for good. Beyond
 * {@value #MOST_WORKLOADS} workloads decisions are only counted as dropped.
 */
public final class DecisionJournal implements DecisionLog, AutoCloseable {

    static final int MOST_WORKLOADS = 10_000;
    static final int MOST_FAILURES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(DecisionJournal.class);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration LAST_WRITES = Duration.ofSeconds(5);
    private static final int WRITERS = 4;
    private static final int RAREST = 5;

    private final Map<WorkloadKey, Unwritten> unwritten = new ConcurrentHashMap<>();
    private final AtomicInteger inHand = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private final Refusals refusals = new Refusals();
    private final ProfileSink sink;
    private final Duration interval;
    private final ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore turns = new Semaphore(WRITERS);
    private final Thread ticker = Thread.ofVirtual().name("journal-ticker").unstarted(this::tick);
    private volatile boolean failing;

    /**
     * @param interval least time between two writes for one workload
     */
    public DecisionJournal(ProfileSink sink, Duration interval) {
        this.sink = sink;
        this.interval = interval;
    }

    /** Begins to write. */
    public void start() {
        ticker.start();
    }

    @Override
    public void record(WorkloadKey workload, DecisionTally tally) {
        if (unwritten.size() >= MOST_WORKLOADS && !unwritten.containsKey(workload)) {
            dropped.incrementAndGet();
            return;
        }
        List<DecisionTally> one = List.of(tally);
        unwritten.compute(workload, (same, held) -> {
            if (held == null) {
                return new Unwritten(one, due(0), 0);
            }
            if (!held.hasRoomFor(tally)) {
                dropped.incrementAndGet();
                return held;
            }
            return held.with(one);
        });
    }

    /** Workloads whose decisions are not written yet, those that are being written among them. */
    public int backlog() {
        return inHand.get() + unwritten.size();
    }

    /** Decisions that were not kept for want of room, or given up. */
    public long dropped() {
        return dropped.get();
    }

    /** Writes that failed. */
    public long failures() {
        return failures.get();
    }

    /** Writes that succeeded. */
    public long writes() {
        return writes.get();
    }

    /** Writes what is left, for no longer than {@code LAST_WRITES}. */
    @Override
    public void close() {
        ticker.interrupt();
        try {
            // it must not give work to writers that take none any more
            ticker.join();
            for (WorkloadKey workload : new ArrayList<>(unwritten.keySet())) {
                writers.execute(() -> writeInTurn(workload));
            }
            writers.shutdown();
            if (!writers.awaitTermination(LAST_WRITES.toMillis(), TimeUnit.MILLISECONDS)) {
                writers.shutdownNow();
            }
        } catch (InterruptedException hurried) {
            writers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        if (!unwritten.isEmpty()) {
            LOG.warn("stopped before the decisions of {} workloads were written", unwritten.size());
        }
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(TICK);
                long now = System.nanoTime();
                for (Map.Entry<WorkloadKey, Unwritten> entry : unwritten.entrySet()) {
                    if (entry.getValue().due() - now <= 0) {
                        turns.acquire();
                        writers.execute(() -> {
                            try {
                                writeIfDue(entry.getKey());
                            } finally {
                                turns.release();
                            }
                        });
                    }
                }
            }
        } catch (InterruptedException closed) {
            LOG.debug("closed");
        }
    }

    private void writeInTurn(WorkloadKey workload) {
        turns.acquireUninterruptibly();
        try {
            write(workload);
        } finally {
            turns.release();
        }
    }

    /** It may have been written since it was seen to be due, and begun anew. */
    private void writeIfDue(WorkloadKey workload) {
        Unwritten held = unwritten.get(workload);
        if (held != null && held.due() - System.nanoTime() <= 0) {
            write(workload);
        }
    }

    private void write(WorkloadKey workload) {
        inHand.incrementAndGet();
        try {
            Unwritten held = unwritten.remove(workload);
            if (held != null) {
                write(workload, held);
            }
        } finally {
            inHand.decrementAndGet();
        }
    }

    private void write(WorkloadKey workload, Unwritten held) {
        try {
            sink.add(workload, held.tallies());
            writes.incrementAndGet();
            refusals.forget(workload);
            if (failing) {
                failing = false;
                LOG.info("decisions are written again");
            }
        } catch (ProfileSink.Refused refused) {
            failures.incrementAndGet();
            drop(held);
            refusals.tell(workload, String.valueOf(refused.getMessage()));
        } catch (RuntimeException failed) {
            failures.incrementAndGet();
            keep(workload, held, failed);
        }
    }

    private void keep(WorkloadKey workload, Unwritten held, RuntimeException failure) {
        int failed = held.failures() + 1;
        if (!failing) {
            failing = true;
            LOG.warn("decisions of {} cannot be written, will retry: {}", workload, failure.getMessage());
        }
        if (failed >= MOST_FAILURES) {
            drop(held);
            return;
        }
        Unwritten kept = new Unwritten(held.tallies(), due(failed), failed);
        unwritten.merge(workload, kept, (newer, older) -> older.with(newer.tallies()));
    }

    private void drop(Unwritten held) {
        dropped.addAndGet(
                held.tallies().stream().mapToLong(DecisionTally::count).sum());
    }

    private long due(int failed) {
        long base = interval.toNanos() << Math.min(failed, RAREST);
        return System.nanoTime() + base + ThreadLocalRandom.current().nextLong(base / 4 + 1);
    }
}
