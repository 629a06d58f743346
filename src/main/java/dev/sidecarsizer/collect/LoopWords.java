package dev.sidecarsizer.collect;

import dev.sidecarsizer.guard.OomLoop;
import dev.sidecarsizer.guard.OomLoop.Prospect;
import dev.sidecarsizer.guard.OomLoop.Step;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.Locale;

/** What is told of a pod that is killed again and again, with the command that a person would help it by. */
final class LoopWords {

    private LoopWords() {}

    static String found(LivePod pod, ProxyContainer proxy, Memory held, Prospect prospect, Step step) {
        return "its sidecar was OOM-killed twice within 10 minutes, at limit " + held.limit() + ". " + consequence(step)
                + ". " + command(pod, proxy, held, prospect);
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

    private static String command(LivePod pod, ProxyContainer proxy, Memory held, Prospect prospect) {
        return OomLoop.more(prospect.gets(), held)
                .map(more -> "By hand: " + resize(pod, proxy, more) + "; or a new pod: " + restart(pod))
                .orElseGet(() -> "Why: kubectl sidecar-sizer explain "
                        + pod.name().namespace() + "/" + pod.workload().name());
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
