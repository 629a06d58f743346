package dev.sidecarsizer.patch;

import dev.sidecarsizer.profile.MemoryProfile.Proxy;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An image of a proxy, made up at random: of Istio's own and of vendors' tags, or none that tells.
 *
 * @param image of the pod's proxy; {@code null} where it names none
 * @param seen what a profile says of the proxy that it was measured on; unknown where none need be there
 * @param release of Istio that this makes known, 28 for 1.28; {@code null} where it makes none known
 */
record GeneratedImage(@Nullable String image, Proxy seen, @Nullable Integer release) {

    private static final String REPOSITORY = "docker.io/istio/proxyv2";
    private static final int OLDEST = 24;
    private static final int RELEASES = 10;

    private static final List<String> RELEASED =
            List.of("", ".0", ".3-distroless", ".1-debug", ".2-fips", ".2-asm.3", ".0-tetrate-v0", ".4-solo", ".7-1");
    private static final List<String> UNRELEASED = List.of(
            "-dev", "-alpha.4c2d1f", ".0-beta.2-distroless", ".0-rc.0", ".0-canary", ".0-0.20260101", ".0-acme.2");
    private static final List<String> UNTOLD = List.of("", ":latest", ":25.1", ":2026.11.1", "/auto");

    static GeneratedImage next(Random random) {
        int minor = OLDEST + random.nextInt(RELEASES);
        boolean released = random.nextInt(3) > 0;
        String version = "1." + minor + pick(released ? RELEASED : UNRELEASED, random);
        int release = released ? minor : minor - 1;
        String digest = REPOSITORY + "@sha256:" + "%064x".formatted(random.nextInt(1 << 20));
        return switch (random.nextInt(8)) {
            case 0 -> new GeneratedImage(null, Proxy.UNKNOWN, null);
            case 1 -> new GeneratedImage(REPOSITORY + pick(UNTOLD, random), Proxy.UNKNOWN, null);
            case 2 -> new GeneratedImage(digest, seen(version, digest), release);
            case 3 -> new GeneratedImage(digest, seen(version, digest + "0"), null);
            default -> new GeneratedImage(REPOSITORY + ":" + version, Proxy.UNKNOWN, release);
        };
    }

    private static Proxy seen(String version, String image) {
        return new Proxy(version, image, null, null, null);
    }

    private static String pick(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }
}
