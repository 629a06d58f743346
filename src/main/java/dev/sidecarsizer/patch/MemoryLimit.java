package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Container;
import dev.sidecarsizer.sizing.Decision.Resize;
import java.util.Optional;

/**
 * Request and limit of the proxy container, written together: the API server copies a limit into a missing request
 * before we see the pod, so lowering the limit alone would make the pod invalid.
 */
final class MemoryLimit {

    private MemoryLimit() {}

    static void write(Resize resize, Container proxy, JsonEdit edit) {
        // What is there in another notation stays: 1024Mi is 1Gi.
        if (!explicitRequest(proxy).equals(Optional.of(resize.request()))) {
            edit.set(
                    proxy.pointer() + "/resources/requests",
                    "memory",
                    resize.request().toString());
        }
        if (!proxy.memoryLimit().equals(Optional.of(resize.limit()))) {
            edit.set(
                    proxy.pointer() + "/resources/limits",
                    "memory",
                    resize.limit().toString());
        }
    }

    private static Optional<Bytes> explicitRequest(Container proxy) {
        return proxy.memoryRequest()
                .filter(ignored -> proxy.tree().at("/resources/requests").hasNonNull("memory"));
    }
}
