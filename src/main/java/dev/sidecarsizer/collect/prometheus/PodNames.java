package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.mesh.PodName;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds each name once: every answer tells the names of all pods anew, and three answers make a window.
 *
 * <p>For several threads.
 */
final class PodNames {

    private final Map<PodName, PodName> pods = new ConcurrentHashMap<>();
    private final Map<String, String> namespaces = new ConcurrentHashMap<>();

    /** The name equal to this one that was given first. */
    PodName one(PodName name) {
        PodName known = pods.get(name);
        return known != null
                ? known
                : pods.computeIfAbsent(name, any -> new PodName(one(name.namespace()), name.name()));
    }

    private String one(String namespace) {
        return namespaces.computeIfAbsent(namespace, any -> namespace);
    }

    /** Forgets all others. */
    void retain(Set<PodName> wanted) {
        pods.keySet().retainAll(wanted);
    }
}
