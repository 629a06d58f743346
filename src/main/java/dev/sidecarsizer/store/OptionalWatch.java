package dev.sidecarsizer.store;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches a kind that a cluster may not have, and that may come or go while we run. Without it, or without the right to
 * see it, it has no say.
 */
final class OptionalWatch implements AutoCloseable {

    private final KubernetesClient client;
    private final WatchedKind kind;
    private final Supplier<Remembered> memory;
    private final Runnable forgetAll;
    private volatile @Nullable KubernetesWatch watch;
    private volatile boolean looked;

    OptionalWatch(KubernetesClient client, WatchedKind kind, Supplier<Remembered> memory, Runnable forgetAll) {
        this.client = client;
        this.kind = kind;
        this.memory = memory;
        this.forgetAll = forgetAll;
    }

    /** Starts to watch where the kind is served, stops where it is no longer. An unreachable API server says neither. */
    void check() {
        boolean served;
        try {
            served = served();
        } catch (KubernetesClientException unreachable) {
            return;
        }
        KubernetesWatch current = watch;
        if (served && current == null) {
            KubernetesWatch started = new KubernetesWatch(client, kind, memory.get());
            started.start();
            watch = started;
        } else if (!served && current != null) {
            watch = null;
            current.close();
            forgetAll.run();
        }
        looked = true;
    }

    /** Whether it is known what there is of it: all of it, nothing, or that it must not be seen. */
    boolean isSettled() {
        KubernetesWatch current = watch;
        return looked && (current == null || current.synced() || current.failures() > 0);
    }

    /** The running watch, {@code null} where the kind is not served. */
    @Nullable
    KubernetesWatch watch() {
        return watch;
    }

    @Override
    public void close() {
        KubernetesWatch current = watch;
        if (current != null) {
            current.close();
        }
    }

    private boolean served() {
        var resources = client.getApiResources(kind.apiVersion());
        return resources != null
                && resources.getResources().stream()
                        .anyMatch(one -> kind.plural().equals(one.getName()));
    }
}
