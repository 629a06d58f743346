package dev.sidecarsizer.collect;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One time of standing for election, and the term that may come of it. */
final class Candidacy implements Leadership.Term {

    private static final Logger LOG = LoggerFactory.getLogger(Candidacy.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final FencedLock lock;
    private final Leadership.Times times;
    private final Leadership.Task task;
    private final Runnable counter;
    private final CompletableFuture<Void> elected = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile boolean leads;
    private volatile boolean failed;

    /**
     * @param counter told when it is elected
     */
    Candidacy(
            KubernetesClient client,
            String namespace,
            String identity,
            Leadership.Times times,
            Leadership.Task task,
            Runnable counter) {
        this.client = client;
        this.times = times;
        this.task = task;
        this.counter = counter;
        lock = new FencedLock(namespace, Leadership.LEASE, identity, times.renewDeadline());
    }

    @Override
    public boolean stillLeads() {
        return leads && !over.isDone() && lock.left().isPositive();
    }

    /** Whether its task could not go on. */
    boolean failed() {
        return failed;
    }

    void withdraw() {
        over.complete(null);
    }

    /** Waits to be elected, leads, and returns when the term is over and its task has ended. */
    void run() throws InterruptedException {
        CompletableFuture<?> election = client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName(Leadership.LEASE)
                        .withLock(lock)
                        .withLeaseDuration(times.lease())
                        .withRenewDeadline(times.renewDeadline())
                        .withRetryPeriod(times.retry())
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(
                                new LeaderCallbacks(() -> elected.complete(null), this::withdraw, leader -> {}))
                        .build())
                .build()
                .start();
        Objects.requireNonNull(election.whenComplete((done, failure) -> withdraw()));
        Thread worker = Thread.ofVirtual().name("learning").unstarted(this::work);
        try {
            get(CompletableFuture.anyOf(elected, over));
            if (!over.isDone()) {
                lead(worker);
            }
        } finally {
            withdraw();
            election.cancel(true);
        }
        // two tasks in one process would not know of each other
        worker.join();
    }

    private void lead(Thread worker) throws InterruptedException {
        LOG.info("this replica leads: it learns for all");
        leads = true;
        counter.run();
        worker.start();
        try {
            for (Duration left = lock.left(); left.isPositive() && !over.isDone(); left = lock.left()) {
                await(over, left);
            }
        } finally {
            withdraw();
            worker.interrupt();
            // whoever has not ended by then asks in vain whether he still leads
            if (!worker.join(PATIENCE)) {
                LOG.warn("the leader's task has not ended {} s after its term", PATIENCE.toSeconds());
            }
            LOG.info("this replica no longer leads");
        }
    }

    private void work() {
        try {
            task.lead(this);
        } catch (InterruptedException termIsOver) {
            LOG.debug("the leader's task was interrupted");
        } catch (RuntimeException failure) {
            failed = true;
            LOG.error("the leader's task failed, some replica begins anew", failure);
        } finally {
            withdraw();
        }
    }

    private static void get(CompletableFuture<?> future) throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        }
    }

    private static void await(CompletableFuture<?> future, Duration most) throws InterruptedException {
        try {
            future.get(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException notYet) {
            LOG.trace("still leads");
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        }
    }
}
