package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.PodName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The pods that a test says there are. */
final class FakePods implements Pods {

    private final Map<PodName, Known> known = new ConcurrentHashMap<>();
    volatile boolean synced = true;
    volatile boolean closed;

    void lives(LivePod pod) {
        known.put(pod.name(), new Known.Ours(pod, true));
    }

    void gone(LivePod pod) {
        known.put(pod.name(), new Known.Ours(pod, false));
    }

    void notOurs(PodName name) {
        known.put(name, new Known.NotOurs());
    }

    @Override
    public void start() {
        // what there is is told by the test
    }

    @Override
    public boolean synced() {
        return synced;
    }

    @Override
    public List<LivePod> all() {
        return known.values().stream()
                .filter(Known.Ours.class::isInstance)
                .map(Known.Ours.class::cast)
                .filter(Known.Ours::lives)
                .map(Known.Ours::pod)
                .toList();
    }

    @Override
    public Known find(PodName name) {
        return Objects.requireNonNullElse(known.get(name), new Known.Unknown());
    }

    @Override
    public void close() {
        closed = true;
    }
}
