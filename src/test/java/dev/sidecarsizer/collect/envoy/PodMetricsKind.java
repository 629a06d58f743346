package dev.sidecarsizer.collect.envoy;

import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;

/**
 * The kind PodMetrics as a custom resource: the API server then serves the paths of the metrics API by itself, pages and
 * rights included. What a metrics-server does with them else is not in here.
 */
public final class PodMetricsKind implements AutoCloseable {

    private static final String NAME = "pods.metrics.k8s.io";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ControlPlane plane;

    private PodMetricsKind(ControlPlane plane) {
        this.plane = plane;
    }

    public static PodMetricsKind installed(ControlPlane plane) {
        plane.apply(
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata:
                  name: pods.metrics.k8s.io
                  annotations: {api-approved.kubernetes.io: "unapproved, stands in for metrics-server"}
                spec:
                  group: metrics.k8s.io
                  scope: Namespaced
                  names: {kind: PodMetrics, listKind: PodMetricsList, plural: pods, singular: podmetrics}
                  versions:
                  - name: v1beta1
                    served: true
                    storage: true
                    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
                """);
        await().atMost(PATIENCE).until(() -> {
            try {
                plane.admin().raw("/apis/metrics.k8s.io/v1beta1/pods");
                return plane.admin().getApiResources("metrics.k8s.io/v1beta1") != null;
            } catch (KubernetesClientException notYet) {
                return false;
            }
        });
        return new PodMetricsKind(plane);
    }

    /** A sample of a pod whose proxy and application use this much. */
    public void sample(String namespace, String pod, Instant at, String proxy) {
        plane.apply(
                """
                apiVersion: metrics.k8s.io/v1beta1
                kind: PodMetrics
                metadata: {name: %s, namespace: %s}
                timestamp: "%s"
                window: 15.2s
                containers:
                - {name: app, usage: {cpu: 1m, memory: 999Mi}}
                - {name: istio-proxy, usage: {cpu: 1m, memory: %s}}
                """
                        .formatted(pod, namespace, at, proxy));
    }

    @Override
    public void close() {
        plane.admin()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(NAME)
                .delete();
        await().atMost(PATIENCE).until(() -> {
            try {
                return plane.admin().getApiResources("metrics.k8s.io/v1beta1") == null;
            } catch (KubernetesClientException gone) {
                return true;
            }
        });
    }
}
