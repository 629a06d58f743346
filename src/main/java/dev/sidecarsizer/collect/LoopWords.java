package dev.sidecarsizer.collect;

import dev.sidecarsizer.guard.OomLoop.Step;
import dev.sidecarsizer.guard.OomLoop.Trouble;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is told of a pod in trouble, with the command that a person would help it by. */
final class LoopWords {

    /** Why more memory in place would not have a proxy serve again. */
    static final String BUDGET_STAYS = "its heap budget would stay as it is";

    private LoopWords() {}

    /** One word, for Events. */
    static String reason(Trouble trouble) {
        return trouble == Trouble.KILLED ? "SidecarOOMLoop" : "SidecarRefusesTraffic";
    }

    static String found(Trouble trouble, Memory held, Step step) {
        String what = trouble == Trouble.KILLED
                ? "its sidecar was OOM-killed twice within 10 minutes"
                : "its sidecar refuses new connections most of the time, for want of memory";
        return what + ", at limit " + held.limit() + ". " + consequence(step) + ". ";
    }

    /**
     * What a person can do.
     *
     * @param more what the pod can be given; {@code null} for no more than it has
     * @param inPlace whether it helps there
     */
    static String command(LivePod pod, ProxyContainer proxy, @Nullable Memory more, boolean inPlace) {
        if (more == null) {
            return "Why: kubectl sidecar-sizer explain " + pod.name().namespace() + "/"
                    + pod.workload().name();
        }
        return "By hand: " + (inPlace ? resize(pod, proxy, more) + "; or " : "") + "a new pod: " + restart(pod);
    }

    static String evicted(Trouble trouble) {
        return trouble == Trouble.KILLED
                ? "its sidecar was killed again and again"
                : "its sidecar refused new connections most of the time";
    }

    static String resized(Memory has, Pod pod, ProxyContainer proxy) {
        String budget = BudgetOfPod.limit(pod, proxy)
                .filter(written -> !written.equals(has.limit()))
                .map(written -> "; its heap budget stays that of " + written + " until there is a new pod")
                .orElse("");
        return "its sidecar has " + has + " now, in place" + budget;
    }

    private static String consequence(Step step) {
        if (step instanceof Step.Resize resize) {
            return "It is to get " + resize.to() + " in place";
        }
        return step instanceof Step.Evict evict
                ? "It is to be evicted: " + evict.why()
                : "It is left as it is: " + ((Step.Leave) step).why();
    }

    private static String resize(LivePod pod, ProxyContainer proxy, Memory more) {
        return kubectl(pod) + "patch pod " + pod.name().name() + " --subresource resize --patch '{\"spec\":{\""
                + (proxy.container().isInit() ? "initContainers" : "containers") + "\":[{\"name\":\""
                + ProxyContainer.NAME + "\",\"resources\":{\"requests\":{\"memory\":\"" + more.request()
                + "\"},\"limits\":{\"memory\":\"" + more.limit() + "\"}}}]}}'";
    }

    private static String restart(LivePod pod) {
        WorkloadKey workload = pod.workload();
        return kubectl(pod)
                + (workload.canBeRestarted()
                        ? "rollout restart " + workload.kind().toLowerCase(Locale.ROOT) + "/" + workload.name()
                        : "delete pod " + pod.name().name());
    }

    private static String kubectl(LivePod pod) {
        return "kubectl -n " + pod.name().namespace() + " ";
    }
}
