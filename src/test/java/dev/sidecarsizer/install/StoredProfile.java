package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.mesh.Bytes;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A profile as the leader would have written it.
 *
 * @param workload {@code Kind/name}
 * @param request recommended
 * @param limit recommended
 */
record StoredProfile(String workload, String request, String limit) {

    static final String API_VERSION = "sidecar-sizer.dev/v1alpha1";

    /** Writes them, with their status. */
    static void put(ControlPlane plane, String namespace, StoredProfile... profiles) {
        put(plane, List.of(namespace), List.of(profiles));
    }

    /** Writes all of them into each namespace. */
    static void put(ControlPlane plane, List<String> namespaces, List<StoredProfile> profiles) {
        for (String namespace : namespaces) {
            for (StoredProfile profile : profiles) {
                String yaml = profile.yaml(namespace);
                GenericKubernetesResource wanted = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
                GenericKubernetesResource stored =
                        plane.admin().resource(wanted).forceConflicts().serverSideApply();
                stored.setAdditionalProperty("status", wanted.get("status"));
                plane.admin().resource(stored).updateStatus();
            }
        }
    }

    /** What is counted for a workload, as it is stored now; empty where nothing is. */
    static List<Map<String, Object>> decisions(ControlPlane plane, String namespace, String name) {
        GenericKubernetesResource stored = plane.admin()
                .genericKubernetesResources(API_VERSION, "SidecarProfile")
                .inNamespace(namespace)
                .withName(name)
                .get();
        @Nullable List<Map<String, Object>> decisions = stored == null ? null : stored.get("status", "decisions");
        return decisions == null ? List.of() : decisions;
    }

    String name() {
        return workload.substring(workload.indexOf('/') + 1);
    }

    private String yaml(String namespace) {
        String kind = workload.substring(0, workload.indexOf('/'));
        String apiVersion = kind.endsWith("Job") ? "batch/v1" : "apps/v1";
        return """
                apiVersion: %s
                kind: SidecarProfile
                metadata: {name: %s, namespace: %s}
                spec: {workload: {apiVersion: %s, kind: %s, name: %s}}
                status:
                  recommendation: {memoryRequest: %s, memoryLimit: %s, idleTimeout: 300s}
                  observed: {pods: 3, days: 14, samples: 48384, peak: %s}
                  proxy: {version: "1.31.0", image: "docker.io/istio/proxyv2:1.31.0", concurrency: 2, rawTcp: false}
                  conditions: [{type: Ready, status: "True", reason: EnoughHistory, message: "14 days", lastTransitionTime: "2026-11-20T10:00:00Z"}]
                """
                .formatted(
                        API_VERSION,
                        (kind + "-" + name()).toLowerCase(Locale.ROOT),
                        namespace,
                        apiVersion,
                        kind,
                        name(),
                        request,
                        limit,
                        Bytes.parse(limit).times(0.75));
    }
}
