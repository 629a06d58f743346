package dev.sidecarsizer.store;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists and watches one kind in all namespaces and tells what it sees. A lost watch is taken up again for ever; what
 * was seen stays known meanwhile, and its age is told.
 */
final class KubernetesWatch implements ResourceEventHandler<GenericKubernetesResource>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesWatch.class);
    private static final long PAGE = 500;

    private final WatchedKind kind;
    private final Remembered remembered;
    private final AtomicLong failures = new AtomicLong();
    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private volatile boolean synced;
    private volatile boolean failing;
    private volatile boolean closed;
    private volatile long lastWatched = System.nanoTime();

    KubernetesWatch(KubernetesClient client, WatchedKind kind, Remembered remembered) {
        this.kind = kind;
        this.remembered = remembered;
        informer = client.genericKubernetesResources(kind.context())
                .inAnyNamespace()
                .withLimit(PAGE)
                .runnableInformer(0)
                .removeNamespaceIndex()
                .itemStore(new ResourceVersions())
                .exceptionHandler(this::retry)
                .addEventHandler(this);
    }

    WatchedKind kind() {
        return kind;
    }

    /** Returns at once; failures to connect are retried in the background. */
    void start() {
        Objects.requireNonNull(informer.start());
    }

    /** Whether everything has been seen once. */
    boolean synced() {
        return synced;
    }

    /** Whether the API server tells of changes right now. */
    boolean watching() {
        return informer.isWatching();
    }

    /** Time since changes were last told of; zero while they are. */
    Duration age() {
        long now = System.nanoTime();
        if (watching()) {
            lastWatched = now;
        }
        return Duration.ofNanos(Math.max(0, now - lastWatched));
    }

    /** How often listing or watching failed. */
    long failures() {
        return failures.get();
    }

    @Override
    public void onAdd(GenericKubernetesResource object) {
        remembered.remember(stored(object));
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
        remembered.remember(stored(object));
    }

    @Override
    public void onDelete(GenericKubernetesResource object, boolean finalStateUnknown) {
        remembered.forget(stored(object).path());
    }

    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
        if (failing) {
            LOG.info("{} are watched again", kind.plural());
        }
        failing = false;
        synced = true;
        lastWatched = System.nanoTime();
    }

    @Override
    public void close() {
        closed = true;
        informer.stop();
    }

    private boolean retry(boolean started, Throwable failure) {
        failures.incrementAndGet();
        if (!failing && !closed) {
            failing = true;
            LOG.warn("{} cannot be watched, will retry: {}", kind.plural(), cause(failure));
        }
        return true;
    }

    private static String cause(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null
                && !(deepest instanceof KubernetesClientException known && known.getCode() > 0)) {
            deepest = deepest.getCause();
        }
        return deepest.getClass().getSimpleName() + ": "
                + Reading.line(Objects.requireNonNullElse(deepest.getMessage(), ""));
    }

    private StoredObject stored(GenericKubernetesResource object) {
        return new StoredObject(
                kind.kind(),
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName(),
                Objects.requireNonNullElse(object.getMetadata().getResourceVersion(), ""),
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of()),
                object.getAdditionalProperties());
    }
}
