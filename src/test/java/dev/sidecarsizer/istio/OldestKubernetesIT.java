package dev.sidecarsizer.istio;

import dev.sidecarsizer.cluster.Kubernetes;

/** On the oldest Kubernetes that we promise. */
class OldestKubernetesIT extends Injection {

    OldestKubernetesIT() {
        super(Kubernetes.OLDEST);
    }
}
