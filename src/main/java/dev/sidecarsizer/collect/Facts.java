package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.profile.ProxyFacts;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
        String version = now.version() != null
                ? now.version()
                : ProxyVersion.tag(pod.image()).orElse(null);
        return new ProxyFacts(
                version,
                pod.image(),
                concurrencies.size() == 1 ? concurrencies.iterator().next() : null,
                pod.nativeSidecar(),
                rawTcp(before.rawTcp(), now.rawTcp()),
                largest ? now.allocated() : before.allocated(),
                numbers.heap(),
                numbers.physical(),
                numbers.agent(),
                numbers.connections(),
                numbers.requestRate(),
                numbers.clusters(),
                most(before.shedding(), now.shedding()),
                most(before.pressure(), now.pressure()),
                most(before.shrinksPerHour(), now.shrinksPerHour()),
                destinations(before, now),
                numbers.makeup());
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

    /** Whether the proxy itself was looked into; a kernel tells no more than that it is large. */
    private static boolean tells(ProxyFacts now) {
        return now.allocated() != null || now.connections() != null || now.clusters() != null;
    }

    private static List<String> destinations(ProxyFacts before, ProxyFacts now) {
        if (now.destinations().isEmpty() || before.destinations().containsAll(now.destinations())) {
            return before.destinations();
        }
        Set<String> all = new TreeSet<>(before.destinations());
        all.addAll(now.destinations());
        Set<String> inKnownNamespace = all.stream()
                .filter(one -> one.indexOf('/') >= 0)
                .map(one -> one.substring(one.indexOf('/') + 1))
                .collect(Collectors.toSet());
        return all.stream()
                .filter(one -> !inKnownNamespace.contains(one))
                .limit(ProxyFacts.MOST_DESTINATIONS)
                .toList();
    }
}
