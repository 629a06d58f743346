package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;

/** Says of pods what a kubelet would: there is none where an API server is all that runs. */
final class Kubelet {

    private final ControlPlane plane;
    private final String namespace;

    Kubelet(ControlPlane plane, String namespace) {
        this.plane = plane;
        this.namespace = namespace;
    }

    /** The proxy runs, and the pod is not ready. */
    void runs(String pod) {
        say(pod, "\"running\": {\"startedAt\": \"2026-11-20T09:00:00Z\"}");
    }

    /** The proxy was started long ago, and its probe never succeeded. */
    void neverReady(String pod) {
        say(pod, false, "\"running\": {\"startedAt\": \"2026-11-20T09:00:00Z\"}");
    }

    /** The kernel killed its proxy. */
    void killed(String pod, Instant at) {
        say(pod, "\"terminated\": {\"reason\": \"OOMKilled\", \"exitCode\": 137, \"finishedAt\": \"" + at + "\"}");
    }

    /** The kernel killed its proxy, which runs again. */
    void killedAndRestarted(String pod, Instant at) {
        say(
                pod,
                "\"running\": {\"startedAt\": \"" + at + "\"}}, \"lastState\": {\"terminated\": {\"reason\":"
                        + " \"OOMKilled\", \"exitCode\": 137, \"finishedAt\": \"" + at + "\"}");
    }

    /** What was asked for its proxy holds. */
    void resized(String pod, String limit) {
        say(
                pod,
                "\"running\": {\"startedAt\": \"2026-11-20T09:00:00Z\"}},"
                        + " \"resources\": {\"limits\": {\"memory\": \"" + limit + "\"}");
    }

    /** The node has no room for what was asked for. */
    void infeasible(String pod) {
        patch(
                pod,
                """
                {"status": {"conditions": [{"type": "PodResizePending", "status": "True", "reason": "Infeasible",
                  "message": "Node didn't have enough capacity: memory"}]}}
                """);
    }

    private void say(String pod, String state) {
        say(pod, true, state);
    }

    private void say(String pod, boolean ready, String state) {
        boolean isNative = pods().withName(pod).require().getSpec().getInitContainers().stream()
                .anyMatch(container -> container.getName().equals("istio-proxy"));
        patch(
                pod,
                """
                {"status": {"phase": "Running", "podIP": "127.0.0.1", "podIPs": [{"ip": "127.0.0.1"}],
                  "%s": [{"name": "istio-proxy", "image": "", "imageID": "", "ready": %s,
                    "restartCount": 0, "state": {%s}}]}}
                """
                        .formatted(isNative ? "initContainerStatuses" : "containerStatuses", ready, state));
    }

    private void patch(String pod, String status) {
        pods().withName(pod).subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), status);
    }

    private NonNamespaceOperation<Pod, PodList, PodResource> pods() {
        return plane.admin().pods().inNamespace(namespace);
    }
}
