package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
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

    /** The kernel killed its proxy. */
    void killed(String pod, Instant at) {
        say(pod, "\"terminated\": {\"reason\": \"OOMKilled\", \"exitCode\": 137, \"finishedAt\": \"" + at + "\"}");
    }

    private void say(String pod, String state) {
        plane.admin()
                .pods()
                .inNamespace(namespace)
                .withName(pod)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        """
                        {"status": {"phase": "Running", "podIP": "127.0.0.1", "podIPs": [{"ip": "127.0.0.1"}],
                          "initContainerStatuses": [{"name": "istio-proxy", "image": "", "imageID": "", "ready": true,
                            "restartCount": 0, "state": {%s}}]}}
                        """
                                .formatted(state));
    }
}
