package dev.sidecarsizer.mesh;

import org.jspecify.annotations.Nullable;

/**
 * A container's memory resources.
 *
 * @param request what the scheduler reserves; {@code null} where none is set
 * @param limit what the kernel enforces; {@code null} where none is set
 */
public record Memory(@Nullable Bytes request, @Nullable Bytes limit) {

    /** {@code 96Mi/192Mi}, request before limit, for people. */
    @Override
    public String toString() {
        return (request == null ? "-" : request) + "/" + (limit == null ? "-" : limit);
    }
}
