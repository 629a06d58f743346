package dev.sidecarsizer.cli.backtest.recording;

import dev.sidecarsizer.collect.prometheus.Controller;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which workload a recorded pod was of: by what its controllers were said to be, or else by its name. */
final class Controllers {

    private final Map<PodName, Controller> pods = new HashMap<>();
    private final Map<PodName, Controller> replicaSets = new HashMap<>();

    void pod(PodName pod, Controller controller) {
        pods.put(pod, controller);
    }

    void replicaSet(PodName replicaSet, Controller controller) {
        replicaSets.put(replicaSet, controller);
    }

    /** A pod of which neither tells more is a workload of its own. */
    WorkloadKey workload(PodName pod) {
        return Optional.ofNullable(pods.get(pod))
                .or(() -> Controller.ofPodNamed(pod.name()))
                .flatMap(controller -> controller.workload(pod.namespace(), replicaSets))
                .orElseGet(() -> new WorkloadKey(pod.namespace(), "", "Pod", pod.name()));
    }
}
