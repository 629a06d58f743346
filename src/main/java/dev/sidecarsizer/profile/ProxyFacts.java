package dev.sidecarsizer.profile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that was measured and what drives its memory; of several pods the one with the most memory. {@code null}
 * in its parts wherever nobody told.
 *
 * @param runtime what runs
 * @param memory what it takes
 * @param load how busy it is
 * @param traffic what it was seen to carry
 * @param overload how near it came to what it may allocate; of several pods the nearest
 * @param makeup what its configuration and its filters make of it
 */
public record ProxyFacts(
        ProxyRuntime runtime,
        ProxyMemory memory,
        ProxyLoad load,
        ProxyTraffic traffic,
        ProxyOverload overload,
        Makeup makeup) {

    /** Nothing known. */
    public static final ProxyFacts UNKNOWN = new ProxyFacts(
            ProxyRuntime.UNKNOWN,
            ProxyMemory.UNKNOWN,
            ProxyLoad.UNKNOWN,
            ProxyTraffic.UNKNOWN,
            ProxyOverload.UNKNOWN,
            Makeup.UNKNOWN);

    /** What no look tells again: who was called once, and that raw TCP was seen. */
    public static ProxyFacts lasting(@Nullable Boolean rawTcp, List<String> destinations) {
        return UNKNOWN.with(new ProxyTraffic(rawTcp, destinations));
    }

    public ProxyFacts with(ProxyRuntime other) {
        return new ProxyFacts(other, memory, load, traffic, overload, makeup);
    }

    public ProxyFacts with(ProxyMemory other) {
        return new ProxyFacts(runtime, other, load, traffic, overload, makeup);
    }

    public ProxyFacts with(ProxyLoad other) {
        return new ProxyFacts(runtime, memory, other, traffic, overload, makeup);
    }

    public ProxyFacts with(ProxyTraffic other) {
        return new ProxyFacts(runtime, memory, load, other, overload, makeup);
    }

    public ProxyFacts with(ProxyOverload other) {
        return new ProxyFacts(runtime, memory, load, traffic, other, makeup);
    }

    public ProxyFacts with(Makeup other) {
        return new ProxyFacts(runtime, memory, load, traffic, overload, other);
    }
}
