package dev.sidecarsizer.profile;

import dev.sidecarsizer.mesh.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy takes; {@code null} wherever nobody told.
 *
 * @param allocated {@code envoy_server_memory_allocated}: in use by Envoy
 * @param heap {@code envoy_server_memory_heap_size}: reserved by the allocator, not resident
 * @param physical {@code envoy_server_memory_physical_size}
 * @param agent resident memory of pilot-agent
 */
public record ProxyMemory(
        @Nullable Bytes allocated, @Nullable Bytes heap, @Nullable Bytes physical, @Nullable Bytes agent) {

    /** Nothing known. */
    public static final ProxyMemory UNKNOWN = new ProxyMemory(null, null, null, null);

    public ProxyMemory withAllocated(@Nullable Bytes other) {
        return new ProxyMemory(other, heap, physical, agent);
    }
}
