package dev.sidecarsizer.store;

import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.util.Map;

/** SidecarProfiles in a real API server, as the leader would write them. */
final class Profiles {

    private Profiles() {}

    /** A profile of a Deployment with this recommended limit. */
    static void put(ControlPlane plane, String namespace, String name, String deployment, String limit) {
        plane.apply(
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: %s, namespace: %s}
                spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: %s}}
                """
                        .formatted(name, namespace, deployment));
        GenericKubernetesResource stored = at(plane, namespace, name).require();
        stored.setAdditionalProperty(
                "status", Map.of("recommendation", Map.of("memoryRequest", "96Mi", "memoryLimit", limit)));
        plane.admin().resource(stored).updateStatus();
    }

    static Resource<GenericKubernetesResource> at(ControlPlane plane, String namespace, String name) {
        return plane.admin()
                .genericKubernetesResources(WatchedKind.PROFILES.context())
                .inNamespace(namespace)
                .withName(name);
    }

    static void delete(ControlPlane plane, String namespace, String name) {
        at(plane, namespace, name).delete();
    }

    /** Deletes the CustomResourceDefinition, and with it all profiles. */
    static void deleteKind(ControlPlane plane) {
        var kind = plane.admin()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("sidecarprofiles.sidecar-sizer.dev");
        kind.delete();
        await().atMost(Duration.ofSeconds(30)).until(() -> kind.get() == null);
    }
}
