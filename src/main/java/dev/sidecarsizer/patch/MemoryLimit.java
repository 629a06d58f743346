package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Container;
import java.util.Optional;

/**
 * Request and limit of the proxy container, written together: the API server copies a limit into a missing request
 * before we see the pod, so lowering the limit alone would make the pod invalid.
 */
final class MemoryLimit {

    private MemoryLimit() {}

    static void write(Bytes request, Bytes limit, Container proxy, JsonEdit edit) {
        // What is there in another notation stays: 1024Mi is 1Gi.
        if (!explicitRequest(proxy).equals(Optional.of(request))) {
            edit.set(proxy.pointer() + "/resources/requests", "memory", request.toString());
        }
        if (!proxy.memoryLimit().equals(Optional.of(limit))) {
            edit.set(proxy.pointer() + "/resources/limits", "memory", limit.toString());
        }
    }

    private static Optional<Bytes> explicitRequest(Container proxy) {
        return proxy.memoryRequest()
                .filter(ignored -> proxy.tree().at("/resources/requests").hasNonNull("memory"));
    }
}
