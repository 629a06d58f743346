package dev.sidecarsizer.profile;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How busy a proxy is; {@code null} wherever nobody told.
 *
 * @param connections active connections, both ways
 * @param requestRate requests a second, both ways
 */
public record ProxyLoad(@Nullable Long connections, @Nullable Double requestRate) {

    /** Nothing known. */
    public static final ProxyLoad UNKNOWN = new ProxyLoad(null, null);

    /** When idle HTTP connections should be closed; {@code null} where that is not worth saying, or not known. */
    public @Nullable Duration idleTimeout() {
        return connections == null || requestRate == null
                ? null
                : IdleTimeouts.of(connections, requestRate).orElse(null);
    }
}
