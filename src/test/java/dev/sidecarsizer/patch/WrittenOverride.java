package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.ProxyPatch.KnownProxy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the product writes on a pod, for those that run it and are not of this room. */
public final class WrittenOverride {

    private WrittenOverride() {}

    /** What stands in the {@code PROXY_CONFIG} of a proxy that has one, where there was nothing: JSON. */
    public static String proxyConfig(Optional<ProxyVersion> version) {
        Pod pod = Pods.proxyWithEnv("[{name: PROXY_CONFIG, value: '{}'}]");
        JsonEdit edit = new JsonEdit(pod);
        ConnectionSettings.of(Pods.proxy(pod), version).ifPresent(settings -> settings.write(null, true, edit));
        return edit.operations().at("/0/value").asString("{}");
    }

    /**
     * The override of a proxy.
     *
     * @param limit of its container
     * @param live working set of live proxies, agent included; {@code null} where not known
     * @param peak the same at its most; {@code null} where not known
     * @param shown where the pod's volume shows the limit; {@code null} where another limit may bind, and the budget stays
     * @return empty where a pod of this limit or version gets none
     */
    public static Optional<String> of(
            Bytes limit,
            @Nullable Bytes live,
            @Nullable Bytes peak,
            Optional<ProxyVersion> version,
            @Nullable String shown) {
        KnownProxy facts = new KnownProxy(version, false, live, peak, null);
        if (Heap.of(limit, facts).isEmpty() || !OverloadBootstrap.supports(version)) {
            return Optional.empty();
        }
        return Optional.of(
                shown != null && OverloadBootstrap.canFollow(version)
                        ? OverloadBootstrap.following(limit, facts, shown)
                        : OverloadBootstrap.json(limit, facts));
    }
}
