package dev.sidecarsizer.istio;

import dev.sidecarsizer.cluster.Kubernetes;

/** On the Kubernetes that the other tests run on. */
class InjectionIT extends Injection {

    InjectionIT() {
        super(Kubernetes.DEFAULT);
    }
}
