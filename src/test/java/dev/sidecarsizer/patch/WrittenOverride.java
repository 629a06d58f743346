package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.ProxyPatch.ProxyFacts;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the product writes on a pod, for those that run it and are not of this room. */
public final class WrittenOverride {

    private WrittenOverride() {}

    /**
     * The override of a proxy whose limit stays: one that follows it needs the pod's volume, and has the same thresholds.
     *
     * @param limit of its container
     * @param live working set of live proxies, agent included; {@code null} where not known
     * @param peak the same at its most; {@code null} where not known
     * @return empty where a pod of this limit or version gets none
     */
    public static Optional<String> of(
            Bytes limit, @Nullable Bytes live, @Nullable Bytes peak, Optional<ProxyVersion> version) {
        ProxyFacts facts = new ProxyFacts(version, false, live, peak, null);
        return Optional.of(facts)
                .filter(known -> Heap.of(limit, known).isPresent() && OverloadBootstrap.supports(version))
                .map(known -> OverloadBootstrap.json(limit, known));
    }
}
