package dev.sidecarsizer.sizing;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Pod;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a pod's owner asks of us by annotation; always obeyed.
 *
 * @param memoryLimit the proxy's memory limit; {@code null} where the owner leaves it to us
 * @param idleTimeout when idle connections are closed; {@code null} where the owner leaves it to us
 * @param idleTimeoutOff whether the owner wants no idle timeout of ours
 * @param overloadOff whether the owner wants no overload manager of ours
 */
public record OwnerWord(
        @Nullable Bytes memoryLimit, @Nullable Duration idleTimeout, boolean idleTimeoutOff, boolean overloadOff) {

    public static final String MEMORY_LIMIT = "sidecar-sizer.dev/memory-limit";
    public static final String IDLE_TIMEOUT = "sidecar-sizer.dev/idle-timeout";
    public static final String OVERLOAD = "sidecar-sizer.dev/overload";

    /** Less than this Envoy does not start in. */
    public static final Bytes LEAST = Bytes.mebi(16);
    /** More than this no node has. */
    public static final Bytes MOST = Bytes.mebi(1 << 20);

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Pattern TIMEOUT = Pattern.compile("(\\d{1,7})(s|m|h)");

    /**
     * Reads the owner's annotations.
     *
     * @throws IllegalArgumentException naming annotation, value, bound and remedy
     */
    public static OwnerWord of(Pod pod) {
        Optional<String> timeout = pod.annotation(IDLE_TIMEOUT);
        boolean timeoutOff = timeout.filter("none"::equals).isPresent();
        return new OwnerWord(
                pod.annotation(MEMORY_LIMIT).map(OwnerWord::limit).orElse(null),
                timeout.filter(text -> !timeoutOff).map(OwnerWord::timeout).orElse(null),
                timeoutOff,
                pod.annotation(OVERLOAD).map(OwnerWord::isOff).orElse(false));
    }

    private static Bytes limit(String text) {
        try {
            Bytes limit = Bytes.parse(text);
            if (limit.isLess(LEAST) || limit.isMore(MOST)) {
                throw new IllegalArgumentException("\"" + text + "\" is not between " + LEAST + " and " + MOST);
            }
            return limit;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("annotation " + MEMORY_LIMIT + ": " + e.getMessage(), e);
        }
    }

    private static Duration timeout(String text) {
        Matcher parts = TIMEOUT.matcher(text);
        if (parts.matches()) {
            Duration timeout = Duration.parse("PT" + parts.group(1) + parts.group(2));
            if (timeout.isPositive() && timeout.compareTo(LONGEST) <= 0) {
                return timeout;
            }
        }
        throw new IllegalArgumentException(
                "annotation " + IDLE_TIMEOUT + ": \"" + text.substring(0, Math.min(text.length(), 32))
                        + "\" is neither none nor 1s to 24h, for example 300s");
    }

    private static boolean isOff(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("false");
        }
        throw new IllegalArgumentException("annotation " + OVERLOAD + ": \""
                + text.substring(0, Math.min(text.length(), 32)) + "\" is neither true nor false");
    }
}
