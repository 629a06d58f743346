package dev.sidecarsizer.store;

import dev.sidecarsizer.watch.Watch;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** Watches one kind and has it remembered. What was seen stays known while the watch is lost, and its age is told. */
final class KubernetesWatch implements AutoCloseable {

    private final WatchedKind kind;
    private final AtomicLong failures = new AtomicLong();
    private final Watch watch;

    /** Watches all objects of the kind. */
    KubernetesWatch(KubernetesClient client, WatchedKind kind, Remembered remembered) {
        this(kind, client.genericKubernetesResources(kind.context()).inAnyNamespace(), remembered);
    }

    private KubernetesWatch(WatchedKind kind, Informable<GenericKubernetesResource> objects, Remembered remembered) {
        this.kind = kind;
        watch = new Watch(
                kind.plural(),
                objects,
                new ResourceVersions(),
                object -> remembered.remember(stored(kind, object)),
                object -> remembered.forget(stored(kind, object).path()),
                failures::incrementAndGet);
    }

    /** Watches a single object, and needs no right to see others. */
    static KubernetesWatch ofOne(
            KubernetesClient client, WatchedKind kind, String namespace, String name, Remembered remembered) {
        return new KubernetesWatch(
                kind,
                client.genericKubernetesResources(kind.context())
                        .inNamespace(namespace)
                        .withName(name),
                remembered);
    }

    WatchedKind kind() {
        return kind;
    }

    void start() {
        watch.start();
    }

    /** Whether everything has been seen once. */
    boolean synced() {
        return watch.synced();
    }

    /** Time since changes were last told of; zero while they are. */
    Duration age() {
        return watch.age();
    }

    /** How often listing or watching failed. */
    long failures() {
        return failures.get();
    }

    @Override
    public void close() {
        watch.close();
    }

    static StoredObject stored(WatchedKind kind, GenericKubernetesResource object) {
        return new StoredObject(
                kind.kind(),
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName(),
                Objects.requireNonNullElse(object.getMetadata().getResourceVersion(), ""),
                Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of()),
                object.getAdditionalProperties());
    }
}
