package dev.sidecarsizer.istio;

import dev.sidecarsizer.cluster.Kubernetes;

/** On the newest Kubernetes that we promise. */
class NewestKubernetesIT extends Injection {

    NewestKubernetesIT() {
        super(Kubernetes.NEWEST);
    }
}
