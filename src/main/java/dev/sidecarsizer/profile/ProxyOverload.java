package dev.sidecarsizer.profile;

import org.jspecify.annotations.Nullable;

/**
 * How near a proxy with an overload manager came to what it may allocate in the time that was looked at; {@code null} wherever
 * nobody told.
 *
 * @param shedding share of new connections, 0 to 1, that Envoy closed for want of memory, as
 *     {@code envoy_overload_envoy_load_shed_points_tcp_listener_accept_scale_percent} tells
 * @param pressure share of its memory limit that Envoy had allocated at most, 0 to 1 or above, as
 *     {@code envoy_overload_envoy_resource_monitors_fixed_heap_pressure} tells
 * @param shrinksPerHour how often an hour Envoy's action {@code shrink_heap} ran, which it does every 10 s at most
 */
public record ProxyOverload(@Nullable Double shedding, @Nullable Double pressure, @Nullable Double shrinksPerHour) {

    /** Nothing known. */
    public static final ProxyOverload UNKNOWN = new ProxyOverload(null, null, null);

    /** Three minutes of an hour: less is one burst. */
    private static final double OFTEN = 0.05;

    private static final double MOSTLY = 0.5;

    /** Whether a proxy refuses traffic so often that its memory is too small. */
    public boolean shedsLoad() {
        return shedding != null && shedding > OFTEN;
    }

    /** Whether a proxy refuses traffic more than it serves: it is stuck, which its next pod getting more does not help. */
    public boolean refusesMostly() {
        return shedding != null && shedding > MOSTLY;
    }

    /** Whether it closed each new connection. */
    public boolean refusesAll() {
        return shedding != null && shedding >= 1;
    }

    /** Of each the larger. */
    public ProxyOverload most(ProxyOverload other) {
        return new ProxyOverload(
                most(shedding, other.shedding),
                most(pressure, other.pressure),
                most(shrinksPerHour, other.shrinksPerHour));
    }

    private static @Nullable Double most(@Nullable Double one, @Nullable Double other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Math.max(one, other);
    }
}
