package dev.sidecarsizer.collect.kubernetes;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.Pods;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.watch.Watch;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * The pods with a sidecar, watched in all namespaces; the leader's alone, for the length of its term.
 *
 * <p>Needs list and watch on pods. While the watch is lost what was seen stays known.
 */
public final class LivePods implements Pods {

    private static final ResourceDefinitionContext PODS = new ResourceDefinitionContext.Builder()
            .withVersion("v1")
            .withKind("Pod")
            .withPlural("pods")
            .withNamespaced(true)
            .build();

    private final Predicate<String> namespaces;
    private final PodStore store;
    private final Watched watched;
    private final Watch watch;

    /**
     * @param client its caller closes it, after this
     * @param namespaces which are learnt from; asked each time, so that one may opt in or out
     * @param groupBy labels that name the workload, by a pod's namespace and labels; asked when a pod changes
     * @param wouldSize whether admission would size that pod now; asked when a pod is seen first that bears no decision
     * @param remembered for how long a pod that is gone can still be found: until its last window has been read
     * @param watched told how it goes
     * @param killed told of each kill, in the watch's thread
     */
    public LivePods(
            KubernetesClient client,
            Predicate<String> namespaces,
            BiFunction<String, Map<String, String>, List<String>> groupBy,
            Predicate<Pod> wouldSize,
            Duration remembered,
            Watched watched,
            Killed killed) {
        this.namespaces = namespaces;
        this.watched = watched;
        store = new PodStore(
                new PodReader(groupBy, wouldSize, InstantSource.system()),
                new GonePods(remembered, InstantSource.system()),
                watched::malformed,
                (pod, kill) -> {
                    if (namespaces.test(pod.name().namespace())) {
                        killed.killed(pod, kill);
                    }
                });
        // the store reduces each pod as it comes: there is nothing else to do with it
        watch = new Watch(
                PODS.getPlural(),
                client.genericKubernetesResources(PODS).inAnyNamespace(),
                store,
                pod -> {},
                pod -> {},
                watched::failed);
    }

    @Override
    public void start() {
        watched.begins(this);
        watch.start();
    }

    @Override
    public boolean synced() {
        return watch.synced();
    }

    Duration age() {
        return watch.age();
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

    @Override
    public void close() {
        watched.ends();
        watch.close();
    }
}
