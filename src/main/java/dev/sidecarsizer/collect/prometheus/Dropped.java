package dev.sidecarsizer.collect.prometheus;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many pods' windows were left out, and why. */
public final class Dropped {

    private final Map<Unusable, Long> counts = new ConcurrentHashMap<>();

    void add(Unusable reason) {
        counts.merge(reason, 1L, Long::sum);
    }

    /** Those so far. */
    public long count(Unusable reason) {
        return counts.getOrDefault(reason, 0L);
    }
}
