package dev.sidecarsizer.store;

import java.util.Map;

/**
 * One object as it came, from the API server or from a file: who it is, and its body still untyped, so that a value of
 * the wrong type is this object's fault and not the end of a whole list.
 *
 * @param kind its kind
 * @param namespace namespace, empty for a cluster-wide kind
 * @param name name
 * @param resourceVersion version of this state
 * @param labels its labels
 * @param body {@code spec}, {@code status} and whatever else it has
 */
record StoredObject(
        String kind,
        String namespace,
        String name,
        String resourceVersion,
        Map<String, String> labels,
        Map<String, Object> body) {

    /** {@code namespace/name}. */
    String path() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
