package dev.sidecarsizer.mesh;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The minor release of Istio that a proxy image was built from; it stands for the Envoy inside.
 *
 * @param major 1
 * @param minor 28 for Istio 1.28, which carries Envoy 1.36; each minor release carries the next Envoy
 */
public record ProxyVersion(int major, int minor) implements Comparable<ProxyVersion> {

    private static final Pattern VERSION = Pattern.compile("v?1\\.(\\d{1,3})(?:[.-].*)?");

    /** What is known to stand behind a release's number: variants of Istio's own images, and how vendors count theirs. */
    private static final String SUFFIX = "distroless|debug|fips|[1-9]\\d?|r\\d+|debian\\d+|patch\\d+|solo"
            + "|tetrate(?:fips)?(?:-v\\d+)?|asm|gke|presto|g[0-9a-f]+-aliyun";

    private static final Pattern RELEASED =
            Pattern.compile("v?1(?:\\.\\d{1,3}){1,3}(?:-(?:" + SUFFIX + ")(?:\\.\\d{1,3})?)*");

    /**
     * Reads {@code 1.31.0}, {@code v1.28.3-distroless}, {@code 1.29.2-asm.4}. Whatever is not known to be built from a
     * release ({@code 1.32-alpha…}, {@code 1.31.0-rc.0}, {@code 1.31.0-canary}, {@code 1.31.0-0.20260101}, anybody's own {@code
     * 1.31.0-acme}) counts as the release before: what the release brings may not be in it yet, and an Envoy that does not know
     * a field of its bootstrap does not start, while each release takes what the one before took.
     *
     * @return empty where the text names no version of Istio's, such as {@code latest}, or {@code 25.1}, which is a
     *     vendor's own counting
     */
    public static Optional<ProxyVersion> parse(String text) {
        Matcher parts = VERSION.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int minor = Integer.parseInt(parts.group(1));
        boolean released = RELEASED.matcher(text).matches();
        return Optional.of(new ProxyVersion(1, released ? minor : Math.max(0, minor - 1)));
    }

    /** The version that an image reference's tag names; empty for a digest, which can be any version. */
    public static Optional<ProxyVersion> ofImage(String image) {
        return tag(image).flatMap(ProxyVersion::parse);
    }

    /** An image reference's tag where it names a version, as it stands there: {@code 1.31.0-distroless}. */
    public static Optional<String> tag(String image) {
        int colon = image.lastIndexOf(':');
        return image.contains("@") || colon < image.lastIndexOf('/') || colon < 0
                ? Optional.empty()
                : Optional.of(image.substring(colon + 1))
                        .filter(tag -> parse(tag).isPresent());
    }

    public boolean isAtLeast(int otherMajor, int otherMinor) {
        return compareTo(new ProxyVersion(otherMajor, otherMinor)) >= 0;
    }

    @Override
    public int compareTo(ProxyVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
