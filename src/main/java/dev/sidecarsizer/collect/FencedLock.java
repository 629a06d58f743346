package dev.sidecarsizer.collect;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Lease that knows for how long its holder may believe to hold it, by a clock that is never set, and that ages by our
 * own clock: what another node writes as its time is only compared, never believed, as in client-go.
 */
final class FencedLock implements Lock {

    private static final Logger LOG = LoggerFactory.getLogger(FencedLock.class);

    private static final String READ = "read";
    private static final String WRITTEN = "written";

    private final Lock lease;
    private final Duration renewDeadline;
    private @Nullable LeaderElectionRecord seen;
    private ZonedDateTime seenAt = now();
    private long asked;
    private @Nullable String failing;
    private volatile @Nullable Long renewed;

    FencedLock(String namespace, String name, String identity, Duration renewDeadline) {
        this.lease = new LeaseLock(namespace, name, identity);
        this.renewDeadline = renewDeadline;
    }

    /** Time left to a holder; not positive where he must stop, or never held it. */
    Duration left() {
        Long at = renewed;
        return at == null ? Duration.ZERO : renewDeadline.minusNanos(System.nanoTime() - at);
    }

    @Override
    public synchronized @Nullable LeaderElectionRecord get(KubernetesClient client) {
        // the new time of renewal was taken just before: from here on, not from the answer, the lease is ours
        asked = System.nanoTime();
        LeaderElectionRecord record;
        try {
            record = lease.get(client);
        } catch (KubernetesClientException failure) {
            throw told(READ, failure);
        } catch (RuntimeException malformed) {
            throw told(
                    READ,
                    new KubernetesClientException(
                            lease.describe() + " is not one of an election: delete it", malformed));
        }
        succeeded(READ);
        if (record == null) {
            return null;
        }
        if (!record.equals(seen)) {
            seen = record;
            seenAt = now();
        }
        return new LeaderElectionRecord(
                record.getHolderIdentity(),
                record.getLeaseDuration(),
                Objects.requireNonNullElse(record.getAcquireTime(), seenAt),
                seenAt,
                record.getLeaderTransitions());
    }

    @Override
    public synchronized void create(KubernetesClient client, LeaderElectionRecord record) {
        try {
            lease.create(client, record);
        } catch (KubernetesClientException failure) {
            throw told(WRITTEN, failure);
        }
        hold(record);
    }

    @Override
    public synchronized void update(KubernetesClient client, LeaderElectionRecord record) {
        try {
            lease.update(client, record.getHolderIdentity() == null ? released(record) : record);
        } catch (KubernetesClientException failure) {
            throw told(WRITTEN, failure);
        }
        hold(record);
    }

    @Override
    public String identity() {
        return lease.identity();
    }

    @Override
    public String describe() {
        return lease.describe();
    }

    /** A patch cannot take the holder out by leaving it out: it says that there is nobody, as client-go does. */
    private static LeaderElectionRecord released(LeaderElectionRecord record) {
        return new LeaderElectionRecord(
                "",
                record.getLeaseDuration(),
                record.getAcquireTime(),
                record.getRenewTime(),
                record.getLeaderTransitions());
    }

    private void hold(LeaderElectionRecord record) {
        succeeded(WRITTEN);
        renewed = identity().equals(record.getHolderIdentity()) ? asked : null;
    }

    /** Whoever may read it and not write it is told so once, not at each attempt. */
    private KubernetesClientException told(String what, KubernetesClientException failure) {
        if (!what.equals(failing) && failure.getCode() != HttpURLConnection.HTTP_CONFLICT) {
            failing = what;
            LOG.warn("{} cannot be {}, will retry: {}", lease.describe(), what, deepest(failure));
        }
        return failure;
    }

    private void succeeded(String what) {
        if (what.equals(failing)) {
            failing = null;
            LOG.info("{} can be {} again", lease.describe(), what);
        }
    }

    private static String deepest(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof KubernetesClientException refused
                && refused.getStatus() != null
                && refused.getStatus().getMessage() != null) {
            return refused.getStatus().getMessage();
        }
        return cause.getClass().getSimpleName() + ": "
                + String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}", " ");
    }

    private static ZonedDateTime now() {
        return ZonedDateTime.now(ZoneOffset.UTC);
    }
}
