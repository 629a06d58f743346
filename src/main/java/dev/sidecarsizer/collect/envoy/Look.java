package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyOverload;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one pod's statistics told.
 *
 * @param uid the pod's
 * @param at when they were read
 */
record Look(String uid, Instant at, ProxyFacts facts) {

    /** What a proxy has allocated so soon is without its configuration. */
    private static final Duration BEGINNING = Duration.ofMinutes(2);

    /**
     * What is known of a pod now. Of many pods one may never be looked at again, so what it did that moment counts for a
     * while only.
     *
     * @param last at one of its name
     * @param since from when on a look tells what it does now
     */
    static ProxyFacts facts(@Nullable Look last, LivePod pod, Instant since) {
        if (last == null || !last.uid.equals(pod.uid())) {
            return ProxyStats.unread(pod);
        }
        ProxyFacts facts = last.at.isBefore(since) ? last.facts.with(ProxyOverload.UNKNOWN) : last.facts;
        return last.at.isBefore(pod.created().plus(BEGINNING))
                ? facts.with(facts.memory().withAllocated(null))
                : facts;
    }
}
