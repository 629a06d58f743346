package dev.sidecarsizer.collect;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one replica at a time do a task, elected by the Lease {@value #LEASE} in our own namespace; for ever again, in
 * threads of its own: nobody waits for it.
 *
 * <p>Needs get, create and patch on leases there. A term ends when the lease could not be renewed for
 * {@link Times#renewDeadline()}, by this process's own clock and whatever hangs, which is before anybody else may take
 * it. Who goes in order lets go of the lease after his task has ended, and the next leads within 2.5 s; who is killed
 * is followed after {@link Times#lease()}.
 */
public final class Leadership implements AutoCloseable {

    static final String LEASE = "sidecar-sizer-learning";

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final String namespace;
    private final String identity;
    private final Times times;
    private final Task task;
    private final AtomicLong terms = new AtomicLong();
    private final Thread thread = Thread.ofVirtual().name("leadership").unstarted(this::standForEver);
    private volatile @Nullable Candidacy candidacy;
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param client its caller closes it, after this
     * @param namespace our own, where the lease is
     * @param name of this process, for people; what makes it unique is added
     * @param task what the leader does
     */
    public Leadership(KubernetesClient client, String namespace, String name, Times times, Task task) {
        this.client = client;
        this.namespace = namespace;
        this.identity = name + "_" + UUID.randomUUID();
        this.times = times;
        this.task = task;
    }

    /** What the leader does. */
    @FunctionalInterface
    public interface Task {

        /**
         * Runs in a thread of its own until it is interrupted: then the term is over, and it must end soon. Where it
         * ends by itself the lease is let go of, and some replica begins anew.
         *
         * @param term to be asked before each write
         */
        void lead(Term term) throws InterruptedException;
    }

    /** One replica's time as the leader. */
    @FunctionalInterface
    public interface Term {

        /** Whether nobody else can lead now. Asked right before a write, it leaves the write some seconds. */
        boolean stillLeads();
    }

    /**
     * How long things take.
     *
     * @param lease after which another may take a lease that was not renewed; whole seconds
     * @param renewDeadline after which the leader that could not renew it stops: shorter, by what a last write may take
     * @param retry between two attempts to get or to renew it; a candidate waits up to 2.2 times as long
     */
    public record Times(Duration lease, Duration renewDeadline, Duration retry) {

        /** Those of Kubernetes' own controllers, with a shorter pause so that a hand-over takes less than 2.5 s. */
        public static final Times DEFAULT =
                new Times(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(1));
    }

    /** Stands for election, and returns at once. */
    public void start() {
        thread.start();
    }

    /** Whether this replica leads now. */
    public boolean isLeader() {
        Candidacy current = candidacy;
        return current != null && current.stillLeads();
    }

    /** How often this replica was elected. */
    public long terms() {
        return terms.get();
    }

    /** Ends the task, then lets go of the lease. */
    @Override
    public void close() {
        closed.countDown();
        Candidacy current = candidacy;
        if (current != null) {
            current.withdraw();
        }
        try {
            if (thread.isAlive() && !thread.join(PATIENCE)) {
                LOG.warn("the lease {} is not let go of within {} s: it expires", LEASE, PATIENCE.toSeconds());
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void standForEver() {
        try {
            while (closed.getCount() > 0) {
                Candidacy next = new Candidacy(client, namespace, identity, times, task, terms::incrementAndGet);
                candidacy = next;
                if (closed.getCount() > 0) {
                    next.run();
                }
                // where a task cannot go on here, another replica may try
                Duration pause = next.failed() ? times.lease() : times.retry();
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException stopping) {
            LOG.debug("no longer a candidate");
        }
    }
}
