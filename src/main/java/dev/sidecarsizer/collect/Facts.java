package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyRuntime;
import java.util.Set;

/** Adds what one pod shows to what is known of its subject. */
final class Facts {

    private Facts() {}

    /**
     * Both together.
     *
     * @param now what was read of the pod this time
     * @param largest whether it uses the most of those seen this time: then its numbers stand for all, and what it has
     *     allocated goes with what it uses
     * @param concurrencies worker threads of all the subject's pods
     */
    static ProxyFacts of(ProxyFacts before, LivePod pod, ProxyFacts now, boolean largest, Set<Integer> concurrencies) {
        ProxyFacts numbers = largest && tells(now) ? now : before;
        String version = now.runtime().version() != null
                ? now.runtime().version()
                : ProxyVersion.tag(pod.image()).orElse(null);
        return new ProxyFacts(
                new ProxyRuntime(
                        version,
                        pod.image(),
                        concurrencies.size() == 1 ? concurrencies.iterator().next() : null,
                        pod.nativeSidecar()),
                numbers.memory().withAllocated((largest ? now : before).memory().allocated()),
                numbers.load(),
                before.traffic().and(now.traffic()),
                before.overload().most(now.overload()),
                numbers.makeup());
    }

    /** Whether the proxy itself was looked into; a kernel tells no more than that it is large. */
    private static boolean tells(ProxyFacts now) {
        return now.memory().allocated() != null
                || now.load().connections() != null
                || now.makeup().clusters() != null;
    }
}
