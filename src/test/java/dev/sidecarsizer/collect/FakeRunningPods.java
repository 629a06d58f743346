package dev.sidecarsizer.collect;

import dev.sidecarsizer.guard.RunningPods;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.profile.Learnt.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Running pods in memory, and an API server that answers what a test wants. */
final class FakeRunningPods implements RunningPods {

    final Map<PodName, Pod> pods = new HashMap<>();
    final List<String> done = new ArrayList<>();
    final List<String> told = new CopyOnWriteArrayList<>();
    Answer toResize = new Answer(Word.ACCEPTED, "");
    Answer toEvict = new Answer(Word.ACCEPTED, "");

    /** What the next look fails with. */
    @Nullable
    RuntimeException failure;

    @Override
    public Optional<Pod> find(PodName name, String uid) {
        if (failure != null) {
            RuntimeException thrown = failure;
            failure = null;
            throw thrown;
        }
        return Optional.ofNullable(pods.get(name));
    }

    @Override
    public Answer resize(PodName name, String uid, ProxyContainer proxy, Memory to) {
        done.add("resize " + name.name() + " to " + to);
        return toResize;
    }

    @Override
    public Answer evict(PodName name, String uid) {
        done.add("evict " + name.name());
        return toEvict;
    }

    @Override
    public void tell(String namespace, Owner about, String reason, String message) {
        told.add(about.kind() + " " + reason + ": " + Objects.requireNonNull(message));
    }
}
