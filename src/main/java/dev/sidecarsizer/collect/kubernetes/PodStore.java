package dev.sidecarsizer.collect.kubernetes;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.Pods;
import dev.sidecarsizer.collect.Pods.Known;
import dev.sidecarsizer.mesh.MalformedPod;
import dev.sidecarsizer.mesh.ProxyContainer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that an informer holds of pods: of each its name and version, and of those with a sidecar what is learnt from, for
 * a while after they are gone too. A pod has 10 to 30 KB, and a cluster thirty thousand of them.
 */
final class PodStore implements ItemStore<GenericKubernetesResource> {

    private static final Logger LOG = LoggerFactory.getLogger(PodStore.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final PodReader reader;
    private final Pods.Killed killed;
    private final GonePods gone;
    private final Runnable malformed;
    private final Map<String, Held> pods = new ConcurrentHashMap<>();

    /**
     * @param malformed told of each time that a pod cannot be understood
     */
    PodStore(PodReader reader, GonePods gone, Runnable malformed, Pods.Killed killed) {
        this.reader = reader;
        this.gone = gone;
        this.malformed = malformed;
        this.killed = killed;
    }

    /** The pods with a sidecar. */
    Stream<LivePod> live() {
        return pods.values().stream().map(Held::pod).filter(Objects::nonNull).map(Objects::requireNonNull);
    }

    /** What is known of the pod, or was before it went. */
    Known find(String key) {
        Held held = pods.get(key);
        return held == null ? gone.find(key) : known(held.pod(), true);
    }

    @Override
    public String getKey(GenericKubernetesResource object) {
        return object.getMetadata().getNamespace() + "/" + object.getMetadata().getName();
    }

    @Override
    public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource object) {
        boolean hasProxy = mayHaveProxy(object);
        Held last = pods.get(key);
        LivePod pod = hasProxy ? reduced(key, object, last == null ? null : last.pod()) : null;
        String version = Objects.requireNonNullElse(object.getMetadata().getResourceVersion(), "");
        Held before = pods.put(key, new Held(version, hasProxy, pod));
        gone.replaced(key);
        if (pod != null) {
            tell(pod, before == null ? null : before.pod());
        }
        return before == null ? null : stub(key, before);
    }

    @Override
    public @Nullable GenericKubernetesResource remove(String key) {
        Held last = pods.get(key);
        // of one without a container of that name no source has a window
        if (last != null && last.hasProxy()) {
            // before it is removed: whoever asks meanwhile finds it here or there
            gone.add(key, known(last.pod(), false));
        }
        Held before = pods.remove(key);
        return before == null ? null : stub(key, before);
    }

    @Override
    public Stream<String> keySet() {
        return pods.keySet().stream();
    }

    @Override
    public Stream<GenericKubernetesResource> values() {
        return pods.entrySet().stream().map(entry -> stub(entry.getKey(), entry.getValue()));
    }

    @Override
    public int size() {
        return pods.size();
    }

    @Override
    public @Nullable GenericKubernetesResource get(String key) {
        Held held = pods.get(key);
        return held == null ? null : stub(key, held);
    }

    /** Tells the informer to hand each object on as it comes: it cannot be had from here later. */
    @Override
    public boolean isFullState() {
        return false;
    }

    private void tell(LivePod pod, @Nullable LivePod before) {
        boolean same = before != null && before.uid().equals(pod.uid());
        pod.kills().stream()
                .filter(kill -> !same
                        || Objects.requireNonNull(before).kills().stream()
                                .noneMatch(known -> known.at().equals(kill.at())))
                .forEach(kill -> killed.killed(pod, kill));
    }

    private @Nullable LivePod reduced(String key, GenericKubernetesResource object, @Nullable LivePod before) {
        object.getMetadata().setManagedFields(List.of());
        try {
            return reader.read(JSON.valueToTree(object), before).orElse(null);
        } catch (MalformedPod fault) {
            malformed.run();
            LOG.debug("pod {} is not learnt from: {}", key, fault.getMessage());
            return null;
        } catch (RuntimeException fault) {
            malformed.run();
            // one pod must not end the watch of all
            LOG.error("pod {} is not learnt from: a fault of ours", key, fault);
            return null;
        }
    }

    private static Known known(@Nullable LivePod pod, boolean lives) {
        return pod == null ? new Known.NotOurs() : new Known.Ours(pod, lives);
    }

    /** Most pods of a cluster may have none, and are not worth a tree. */
    private static boolean mayHaveProxy(GenericKubernetesResource object) {
        return Stream.of("initContainers", "containers")
                .map(list -> object.<Object>get("spec", list))
                .filter(Collection.class::isInstance)
                .flatMap(list -> ((Collection<?>) list).stream())
                .anyMatch(container ->
                        container instanceof Map<?, ?> fields && ProxyContainer.NAME.equals(fields.get("name")));
    }

    private static GenericKubernetesResource stub(String key, Held held) {
        int slash = key.indexOf('/');
        ObjectMeta metadata = new ObjectMeta();
        metadata.setNamespace(key.substring(0, slash));
        metadata.setName(key.substring(slash + 1));
        metadata.setResourceVersion(held.version());
        GenericKubernetesResource stub = new GenericKubernetesResource();
        stub.setMetadata(metadata);
        return stub;
    }

    /**
     * A pod that was seen in this version.
     *
     * @param hasProxy whether a container of it is named as proxies are
     * @param pod {@code null} where it has no sidecar of ours
     */
    private record Held(String version, boolean hasProxy, @Nullable LivePod pod) {}
}
