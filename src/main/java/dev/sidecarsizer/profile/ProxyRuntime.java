package dev.sidecarsizer.profile;

import org.jspecify.annotations.Nullable;

/**
 * What runs; {@code null} wherever nobody told.
 *
 * @param version Istio version, such as {@code 1.31.0}
 * @param image exact image reference on which that version was seen
 * @param concurrency worker threads; {@code null} too where pods differ
 * @param nativeSidecar whether it runs as a native sidecar
 */
public record ProxyRuntime(
        @Nullable String version,
        @Nullable String image,
        @Nullable Integer concurrency,
        @Nullable Boolean nativeSidecar) {

    /** Nothing known. */
    public static final ProxyRuntime UNKNOWN = told(null, null);

    /** What the proxy itself tells, whose pod is not known. */
    public static ProxyRuntime told(@Nullable String version, @Nullable Integer concurrency) {
        return new ProxyRuntime(version, null, concurrency, null);
    }
}
