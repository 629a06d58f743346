package dev.sidecarsizer.istio;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/** A pod of the Deployment {@code reviews} as its ReplicaSet makes it, before anybody injects anything. */
enum ApplicationPod {
    /** With a sidecar among the init containers, which is Istio's default. */
    NATIVE,
    /** With a sidecar among the ordinary containers. */
    CLASSIC;

    static final String DEPLOYMENT = "reviews";

    private static final String REPLICA_SET = DEPLOYMENT + "-7d9f8b6c5";

    /** Creates one, and returns it as the API server stored it. */
    Pod createIn(String namespace, KubernetesClient client) {
        return client.pods()
                .inNamespace(namespace)
                .resource(Serialization.unmarshal(yaml(), Pod.class))
                .create();
    }

    /** The containers among which its sidecar is. */
    List<Container> siblings(Pod stored) {
        return this == NATIVE
                ? stored.getSpec().getInitContainers()
                : stored.getSpec().getContainers();
    }

    String yaml() {
        return """
                apiVersion: v1
                kind: Pod
                metadata:
                  generateName: %2$s-
                  labels: {app: %1$s, version: v1, pod-template-hash: 7d9f8b6c5}
                  annotations: {sidecar.istio.io/nativeSidecar: "%3$s"}
                  ownerReferences:
                    - {apiVersion: apps/v1, kind: ReplicaSet, name: %2$s, controller: true, uid: 6f1c1b8e-2c1f-4f57-9b1c-0d8f1f1e7a01}
                spec:
                  # a token's volume would have a name of its own in each pod
                  automountServiceAccountToken: false
                  containers:
                    - name: app
                      image: example.org/reviews:1
                      ports: [{containerPort: 9080}]
                      resources: {requests: {cpu: 200m, memory: 256Mi}, limits: {memory: 512Mi}}
                """
                .formatted(DEPLOYMENT, REPLICA_SET, this == NATIVE);
    }
}
