package dev.sidecarsizer.profile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy was seen to carry.
 *
 * @param rawTcp whether raw TCP was seen, served or called; {@code null} where nobody told
 * @param destinations services really called, as {@link Destinations} names them, at most {@value Destinations#MOST}, sorted
 */
public record ProxyTraffic(@Nullable Boolean rawTcp, List<String> destinations) {

    /** Nothing known. */
    public static final ProxyTraffic UNKNOWN = new ProxyTraffic(null, List.of());

    /** Leaves out destinations that are no host's name: they would stand in resources that people apply. */
    public ProxyTraffic {
        destinations = Destinations.hosts(destinations);
    }

    /** Both. What was seen once is there: one proxy's look, or one quiet hour, does not rule it out. */
    public ProxyTraffic and(ProxyTraffic later) {
        return new ProxyTraffic(
                (Boolean.TRUE.equals(rawTcp) || later.rawTcp == null) ? rawTcp : later.rawTcp,
                Destinations.together(destinations, later.destinations));
    }
}
