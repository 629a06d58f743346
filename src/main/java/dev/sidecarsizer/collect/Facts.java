package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.profile.ProxyFacts;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Adds what one pod shows to what is known of its subject. */
final class Facts {

    private Facts() {}

    /**
     * Both together.
     *
     * @param now what was read of the pod this time
     * @param largest whether it uses the most of those seen this time: then its numbers stand for all
     * @param concurrencies worker threads of all the subject's pods
     */
    static ProxyFacts of(ProxyFacts before, LivePod pod, ProxyFacts now, boolean largest, Set<Integer> concurrencies) {
        ProxyFacts numbers = largest && now.allocated() != null ? now : before;
        String version = now.version() != null
                ? now.version()
                : ProxyVersion.tag(pod.image()).orElse(null);
        return new ProxyFacts(
                version,
                pod.image(),
                concurrencies.size() == 1 ? concurrencies.iterator().next() : null,
                pod.nativeSidecar(),
                rawTcp(before.rawTcp(), now.rawTcp()),
                numbers.allocated(),
                numbers.heap(),
                numbers.physical(),
                first(now.agent(), before.agent()),
                first(now.connections(), before.connections()),
                first(now.requestRate(), before.requestRate()),
                first(now.clusters(), before.clusters()),
                most(before.shedding(), now.shedding()),
                destinations(before, now));
    }

    /** Once seen it is there: one proxy's look, or one quiet hour, does not rule it out. */
    private static @Nullable Boolean rawTcp(@Nullable Boolean before, @Nullable Boolean now) {
        return Boolean.TRUE.equals(before) ? before : first(now, before);
    }

    private static @Nullable Double most(@Nullable Double one, @Nullable Double other) {
        return one == null || other == null ? first(one, other) : (Double) Math.max(one, other);
    }

    private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
        return one != null ? one : other;
    }

    private static List<String> destinations(ProxyFacts before, ProxyFacts now) {
        return now.destinations().isEmpty() || before.destinations().containsAll(now.destinations())
                ? before.destinations()
                : Stream.concat(before.destinations().stream(), now.destinations().stream())
                        .distinct()
                        .sorted()
                        .limit(ProxyFacts.MOST_DESTINATIONS)
                        .toList();
    }
}
