package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.ProxyVersion;
import dev.sidecarsizer.patch.ProxyPatch.ProxyFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The overrides that {@link OverloadBootstrap} and {@link Overload} can put on a pod, at the ends of their range. */
final class EveryOverride {

    private static final List<Bytes> LIMITS =
            List.of(leastLimit(), Bytes.mebi(128), Bytes.mebi(192), Bytes.mebi(1024), Bytes.mebi(1 << 20), largest());

    /** The link need not be there, its folder must. */
    private static final String ROOT = System.getProperty("java.io.tmpdir") + "/..data";

    private EveryOverride() {}

    /**
     * Those that a proxy of this release can get, which may be one whose version cannot be told.
     *
     * @param minor of Istio, 28 for 1.28
     */
    static List<String> ofRelease(int minor) {
        List<String> overrides = new ArrayList<>(List.of("{}"));
        for (Optional<ProxyVersion> version :
                List.of(Optional.<ProxyVersion>empty(), Optional.of(new ProxyVersion(1, minor)))) {
            for (Bytes limit : LIMITS) {
                overrides.addAll(overrides(limit, null, version));
                overrides.addAll(overrides(limit, Bytes.mebi(1), version));
                overrides.addAll(overrides(limit, mostInUse(limit), version));
            }
        }
        return overrides.stream().distinct().toList();
    }

    private static List<String> overrides(Bytes limit, @Nullable Bytes live, Optional<ProxyVersion> version) {
        ProxyFacts facts = new ProxyFacts(version, false, live, live);
        String fixed = OverloadBootstrap.json(limit, facts);
        return OverloadBootstrap.canFollow(version)
                ? List.of(fixed, OverloadBootstrap.following(limit, facts, ROOT))
                : List.of(fixed);
    }

    /** In steps of a mebibyte. */
    private static Bytes leastLimit() {
        return LongStream.range(1, 1024)
                .mapToObj(Bytes::mebi)
                .filter(limit -> OverloadBootstrap.heap(limit, null).isPresent())
                .findFirst()
                .orElseThrow();
    }

    /** The most that live proxies can use where there still is an override. */
    private static Bytes mostInUse(Bytes limit) {
        long least = 0;
        long most = limit.value();
        while (most - least > 1) {
            long middle = least + (most - least) / 2;
            if (OverloadBootstrap.heap(limit, new Bytes(middle)).isPresent()) {
                least = middle;
            } else {
                most = middle;
            }
        }
        return new Bytes(least);
    }

    private static Bytes largest() {
        return new Bytes(Long.MAX_VALUE);
    }
}
