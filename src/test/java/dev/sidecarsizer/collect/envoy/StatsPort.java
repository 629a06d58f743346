package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.collect.SomePod;
import dev.sidecarsizer.profile.ProxyFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** What our own reader makes of the statistics that a proxy on this machine serves. */
public final class StatsPort {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private StatsPort() {}

    /** Of a proxy that is up. */
    public static ProxyFacts read(int port) {
        try (StatsReader stats = new StatsReader(port, PATIENCE)) {
            return stats.read(SomePod.named("shop", "reviews-1").ip("127.0.0.1").build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
