package dev.sidecarsizer.collect.kubernetes;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.Pods;
import dev.sidecarsizer.mesh.PodName;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods with a sidecar, watched in all namespaces; the leader's alone, for the length of its term.
 *
 * <p>Needs list and watch on pods. A lost watch is taken up again for ever, and what was seen stays known meanwhile.
 */
public final class LivePods implements Pods, ResourceEventHandler<GenericKubernetesResource> {

    private static final Logger LOG = LoggerFactory.getLogger(LivePods.class);
    private static final long PAGE = 500;
    private static final ResourceDefinitionContext PODS = new ResourceDefinitionContext.Builder()
            .withVersion("v1")
            .withKind("Pod")
            .withPlural("pods")
            .withNamespaced(true)
            .build();

    private final Predicate<String> namespaces;
    private final PodStore store;
    private final AtomicLong failures = new AtomicLong();
    private final SharedIndexInformer<GenericKubernetesResource> informer;
    private volatile boolean synced;
    private volatile boolean failing;
    private volatile boolean closed;

    /**
     * @param client its caller closes it, after this
     * @param namespaces which are learnt from; asked each time, so that one may opt in or out
     * @param groupBy labels that name the workload, by a pod's namespace and labels; asked when a pod changes
     * @param remembered for how long a pod that is gone can still be found: until its last window has been read
     * @param killed told of each kill, in the watch's thread
     */
    public LivePods(
            KubernetesClient client,
            Predicate<String> namespaces,
            BiFunction<String, Map<String, String>, List<String>> groupBy,
            Duration remembered,
            Killed killed) {
        this.namespaces = namespaces;
        store = new PodStore(new PodReader(groupBy), new GonePods(remembered, InstantSource.system()), (pod, kill) -> {
            if (namespaces.test(pod.name().namespace())) {
                killed.killed(pod, kill);
            }
        });
        informer = client.genericKubernetesResources(PODS)
                .inAnyNamespace()
                .withLimit(PAGE)
                .runnableInformer(0)
                .removeNamespaceIndex()
                .itemStore(store)
                .exceptionHandler(this::retry)
                .addEventHandler(this);
    }

    @Override
    public void start() {
        Objects.requireNonNull(informer.start());
    }

    @Override
    public boolean synced() {
        return synced;
    }

    /** Whether the API server tells of changes right now. */
    public boolean watching() {
        return informer.isWatching();
    }

    @Override
    public List<LivePod> all() {
        return store.live()
                .filter(pod -> namespaces.test(pod.name().namespace()))
                .toList();
    }

    @Override
    public Known find(PodName name) {
        return namespaces.test(name.namespace()) ? store.find(name.toString()) : new Known.NotOurs();
    }

    /** How often listing or watching failed. */
    public long failures() {
        return failures.get();
    }

    /** How often a pod was seen that could not be understood. */
    public long malformed() {
        return store.malformed();
    }

    @Override
    public void onAdd(GenericKubernetesResource pod) {
        // the store has reduced it already
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource pod) {
        // the store has reduced it already
    }

    @Override
    public void onDelete(GenericKubernetesResource pod, boolean finalStateUnknown) {
        // the store knows it already
    }

    @Override
    public void onList(String resourceVersion, boolean remainedEmpty) {
        if (failing) {
            LOG.info("pods are watched again");
        }
        failing = false;
        synced = true;
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
            LOG.warn("pods cannot be watched, will retry: {}", cause(failure));
        }
        return true;
    }

    private static String cause(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.getClass().getSimpleName() + ": "
                + String.valueOf(deepest.getMessage()).replaceAll("\\p{Cntrl}", " ");
    }
}
