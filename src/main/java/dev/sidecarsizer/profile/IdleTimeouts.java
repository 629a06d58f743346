package dev.sidecarsizer.profile;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When proxies should close idle HTTP connections.
 *
 * <p>Where <em>c</em> connections serve <em>r</em> requests a second and are used alike, a connection waits <em>c/r</em>
 * seconds for its next request on average, and of those waits <em>e</em><sup>−t·r/c</sup> are longer than a timeout
 * <em>t</em>. So it closes, each second,
 *
 * <pre>r · e<sup>−t·r/c</sup></pre>
 *
 * connections that would have been used again, and each is then opened anew, with a handshake. The answer is the shortest
 * of some timeouts that does so at most once a second, or the longest of them. Connections are not used alike: the busy ones
 * wait for less, so this is more than really happens.
 */
final class IdleTimeouts {

    private static final List<Duration> CHOICES =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15), Duration.ofMinutes(30));

    /** 16 MiB: an idle connection takes 16 KB of Envoy's heap ({@code docs/overload.md}). */
    private static final long WORTH_CLOSING = 1_000;

    private static final double HANDSHAKES = 1;

    private IdleTimeouts() {}

    /**
     * The timeout for a proxy.
     *
     * @param connections that are open
     * @param requestRate requests a second
     * @return empty where there are too few connections to have an opinion
     */
    static Optional<Duration> of(long connections, double requestRate) {
        if (connections < WORTH_CLOSING) {
            return Optional.empty();
        }
        return CHOICES.stream()
                .filter(timeout -> openedAnew(connections, requestRate, timeout) <= HANDSHAKES)
                .findFirst()
                .or(() -> Optional.of(CHOICES.getLast()));
    }

    /** Connections a second. */
    private static double openedAnew(long connections, double requestRate, Duration timeout) {
        return requestRate * Math.exp(-timeout.toSeconds() * requestRate / connections);
    }
}
