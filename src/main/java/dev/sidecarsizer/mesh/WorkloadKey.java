package dev.sidecarsizer.mesh;

import java.util.Set;

/**
 * Which workload a pod belongs to: what profiles are looked up by.
 *
 * <p>The API version is left out, so that a profile outlives {@code v1beta1}. Names are compared by their first
 * {@value #SIGNIFICANT} characters: from there on the Deployment controller cuts them to make room for the hash in a
 * ReplicaSet's name, and the ReplicaSet's name is all that a pod shows.
 *
 * @param namespace namespace
 * @param group API group of the controller, empty for the core group
 * @param kind kind of the controller, {@code Pod} for a bare pod
 * @param name name of the controller
 */
public record WorkloadKey(String namespace, String group, String kind, String name) {

    /** 253, the longest name, less a dash and the ten digits of the longest pod-template-hash. */
    private static final int SIGNIFICANT = 242;

    /** Kinds that make new pods where their template changes. */
    private static final Set<String> RESTARTED = Set.of("Deployment", "StatefulSet", "DaemonSet");

    public WorkloadKey {
        if (name.length() > SIGNIFICANT) {
            name = name.substring(0, SIGNIFICANT);
        }
    }

    /** The key for an {@code apiVersion} as objects write it: {@code apps/v1}, {@code v1}. */
    public static WorkloadKey of(String namespace, String apiVersion, String kind, String name) {
        int slash = apiVersion.indexOf('/');
        return new WorkloadKey(namespace, slash < 0 ? "" : apiVersion.substring(0, slash), kind, name);
    }

    /** Whether {@code kubectl rollout restart} has its pods made anew, as far as its kind tells. */
    public boolean canBeRestarted() {
        return RESTARTED.contains(kind);
    }

    /** {@code shop/Deployment/reviews}, for people. */
    @Override
    public String toString() {
        return namespace + "/" + kind + "/" + name;
    }
}
