package dev.sidecarsizer.watch;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists and watches objects of one kind and tells what it sees. A lost watch is taken up again for ever; the log
 * says once that it is lost, and why, and once that it is back.
 */
public final class Watch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final long PAGE = 500;
    private static final int LONGEST_LINE = 400;

    private final String plural;
    private final Runnable failed;
    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private volatile boolean synced;
    private volatile boolean failing;
    private volatile boolean closed;
    private volatile long lastWatched = System.nanoTime();

    /**
     * @param plural the kind's name in the API, such as {@code pods}
     * @param objects what is watched; its client is closed after this
     * @param held what the informer remembers of the objects
     * @param seen told of each object that is new or has changed
     * @param gone told of each that is deleted
     * @param failed told each time that listing or watching failed
     */
    public Watch(
            String plural,
            Informable<GenericKubernetesResource> objects,
            ItemStore<GenericKubernetesResource> held,
            Consumer<GenericKubernetesResource> seen,
            Consumer<GenericKubernetesResource> gone,
            Runnable failed) {
        this.plural = plural;
        this.failed = failed;
        informer = objects.withLimit(PAGE)
                .runnableInformer(0)
                .removeNamespaceIndex()
                .itemStore(held)
                .exceptionHandler(this::retry)
                .addEventHandler(new Told(seen, gone));
    }

    /** Returns at once; failures to connect are retried in the background. */
    public void start() {
        Objects.requireNonNull(informer.start());
    }

    /** Whether everything has been seen once. */
    public boolean synced() {
        return synced;
    }

    /** Time since the API server last told of changes; zero while it does. */
    public Duration age() {
        long now = System.nanoTime();
        if (informer.isWatching()) {
            lastWatched = now;
        }
        return Duration.ofNanos(Math.max(0, now - lastWatched));
    }

    @Override
    public void close() {
        closed = true;
        informer.stop();
    }

    private void listed() {
        if (failing) {
            LOG.info("{} are watched again", plural);
        }
        failing = false;
        synced = true;
        lastWatched = System.nanoTime();
    }

    private boolean retry(boolean started, Throwable failure) {
        failed.run();
        if (!failing && !closed) {
            failing = true;
            LOG.warn("{} cannot be watched, will retry: {}", plural, cause(failure));
        }
        return true;
    }

    /** What the API server answered, or else what is at the bottom of it, in one line. */
    private static String cause(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null
                && !(deepest instanceof KubernetesClientException known && known.getCode() > 0)) {
            deepest = deepest.getCause();
        }
        String said = Objects.requireNonNullElse(deepest.getMessage(), "");
        String cut = said.length() > LONGEST_LINE ? said.substring(0, LONGEST_LINE) + "…" : said;
        return deepest.getClass().getSimpleName() + ": " + cut.replaceAll("\\p{Cntrl}", " ");
    }

    /** What the informer tells, handed on. */
    private final class Told implements ResourceEventHandler<GenericKubernetesResource> {

        private final Consumer<GenericKubernetesResource> seen;
        private final Consumer<GenericKubernetesResource> gone;

        Told(Consumer<GenericKubernetesResource> seen, Consumer<GenericKubernetesResource> gone) {
            this.seen = seen;
            this.gone = gone;
        }

        @Override
        public void onAdd(GenericKubernetesResource object) {
            seen.accept(object);
        }

        @Override
        public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource object) {
            seen.accept(object);
        }

        @Override
        public void onDelete(GenericKubernetesResource object, boolean finalStateUnknown) {
            gone.accept(object);
        }

        @Override
        public void onList(String resourceVersion, boolean remainedEmpty) {
            listed();
        }
    }
}
