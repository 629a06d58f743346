package dev.sidecarsizer.collect.kubernetes;

import dev.sidecarsizer.cluster.ControlPlane;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Pods with a sidecar on a real API server, whose kubelet we are: their status is what we say. */
public final class MeshPods {

    private final ControlPlane plane;

    public MeshPods(ControlPlane plane) {
        this.plane = plane;
    }

    /** Makes a pod of Deployment {@code name}, with a native sidecar or a classic one. */
    public void create(String namespace, String name, boolean nativeSidecar, String limit) {
        String proxy = "name: istio-proxy, image: docker.io/istio/proxyv2:1.31.0, args: [proxy, sidecar], resources:"
                + " {limits: {memory: " + limit + "}, requests: {memory: 32Mi}}";
        String containers = nativeSidecar
                ? "initContainers: [{restartPolicy: Always, " + proxy + "}], containers: [{name: app, image: app}]"
                : "containers: [{name: app, image: app}, {" + proxy + "}]";
        plane.kubectl(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s, namespace: %s, labels: {app: %s}}
                        spec: {%s}
                        """
                                .formatted(name, namespace, name, containers),
                        "create",
                        "--filename",
                        "-")
                .orThrow();
    }

    /** Its proxy runs, at this address. */
    public void runs(String namespace, String name, String ip) {
        patch(
                namespace,
                name,
                "\"podIP\": \"" + ip + "\", \"podIPs\": [{\"ip\": \"" + ip + "\"}]",
                "\"state\": {\"running\": {\"startedAt\": \"2026-11-20T09:00:00Z\"}}");
    }

    /**
     * The kernel killed its proxy.
     *
     * @param ends when, by {@code state} or {@code lastState}; what is not named says nothing
     * @param limit that the kubelet says holds; {@code null} where it says nothing
     */
    public void killed(String namespace, String name, Map<String, Instant> ends, @Nullable String limit) {
        String states = ends.entrySet().stream()
                .map(end -> "\"" + end.getKey() + "\": {\"terminated\": {\"reason\": \"OOMKilled\", \"exitCode\": 137,"
                        + " \"finishedAt\": \"" + end.getValue() + "\"}}")
                .collect(Collectors.joining(", "));
        String resources = limit == null ? "" : ", \"resources\": {\"limits\": {\"memory\": \"" + limit + "\"}}";
        patch(namespace, name, "\"phase\": \"Running\"", states + resources);
    }

    public void delete(String namespace, String name) {
        plane.kubectl("", "delete", "pod", name, "--namespace", namespace, "--force", "--grace-period=0")
                .orThrow();
    }

    private void patch(String namespace, String name, String status, String ofProxy) {
        String list = plane.admin()
                        .pods()
                        .inNamespace(namespace)
                        .withName(name)
                        .require()
                        .getSpec()
                        .getInitContainers()
                        .isEmpty()
                ? "containerStatuses"
                : "initContainerStatuses";
        plane.kubectl(
                        "",
                        "patch",
                        "pod",
                        name,
                        "--namespace",
                        namespace,
                        "--subresource",
                        "status",
                        "--type",
                        "merge",
                        "--patch",
                        """
                        {"status": {%s, "%s": [{"name": "istio-proxy", "image": "", "imageID": "", "ready": true,
                          "restartCount": 1, %s}]}}
                        """
                                .formatted(status, list, ofProxy))
                .orThrow();
    }
}
