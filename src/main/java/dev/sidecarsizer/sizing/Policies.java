package dev.sidecarsizer.sizing;

import java.util.Map;

/** The port through which policies are read. Answers come from memory: it is called in the admission path. */
public interface Policies {

    /**
     * The policy for a pod: the namespace's own that selects it, else the mesh's that does, else
     * {@link SizingPolicy#DEFAULT}. Of several, the one with more labels in its selector, then the first by name.
     */
    SizingPolicy of(String namespace, Map<String, String> podLabels);
}
