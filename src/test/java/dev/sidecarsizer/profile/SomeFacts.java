package dev.sidecarsizer.profile;

/** What a test needs to know of a proxy. */
public final class SomeFacts {

    private SomeFacts() {}

    /** One that closed that share of its new connections. */
    public static ProxyFacts shedding(double share) {
        return ProxyFacts.UNKNOWN.with(new ProxyOverload(share, null, null));
    }
}
