package dev.sidecarsizer.mesh;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How many worker threads a pod's proxy will run, as pilot-agent concludes it, and as far as the pod alone tells.
 *
 * <p>The argument {@code --concurrency}, where it is not 0, goes before {@code concurrency} in the annotation {@code
 * proxy.istio.io/config}, that before the one in {@code PROXY_CONFIG}. Where nobody says anything it is {@code
 * ISTIO_CPU_LIMIT}: the container's CPU limit, rounded up. 0, or no CPU limit, makes it as many as the node has CPUs,
 * which nobody knows before the pod is scheduled.
 *
 * @see <a href="https://github.com/istio/istio/blob/master/pilot/cmd/pilot-agent/config/config.go">pilot-agent's
 *     ConstructProxyConfig</a>
 */
public final class Concurrency {

    private static final String ARGUMENT = "--concurrency";
    private static final int MOST = 4096;

    /** In YAML as people write it and in JSON as the injector does; nothing else in a ProxyConfig bears that name. */
    private static final Pattern IN_CONFIG =
            Pattern.compile("(?<![\\w.-])[\"']?concurrency[\"']?\\s*:\\s*[\"']?(\\d{1,4})\\b");

    private Concurrency() {}

    /** From 1 to 4096; empty where it cannot be told. */
    public static Optional<Integer> of(Pod pod, ProxyContainer proxy) {
        Container container = proxy.container();
        Optional<Integer> argument = argument(container).filter(threads -> threads != 0);
        Optional<Integer> told = argument.or(() -> ProxyConfig.texts(pod, container)
                .flatMap(config -> inConfig(config).stream())
                .findFirst());
        return told.or(() -> cpuLimit(container)).filter(threads -> threads >= 1 && threads <= MOST);
    }

    private static Optional<Integer> argument(Container container) {
        @Nullable String before = null;
        for (JsonNode word : container.tree().path("args")) {
            String text = word.asString("");
            if (ARGUMENT.equals(before)) {
                return number(text);
            }
            if (text.startsWith(ARGUMENT + "=")) {
                return number(text.substring(ARGUMENT.length() + 1));
            }
            before = text;
        }
        return Optional.empty();
    }

    private static Optional<Integer> inConfig(String config) {
        Matcher found = IN_CONFIG.matcher(config);
        return found.find() ? number(found.group(1)) : Optional.empty();
    }

    /** What the kubelet makes of {@code limits.cpu} in whole CPUs, where the injector had it put into the variable. */
    private static Optional<Integer> cpuLimit(Container container) {
        JsonNode variable = container.env("ISTIO_CPU_LIMIT").orElse(null);
        if (variable == null) {
            return Optional.empty();
        }
        JsonNode source = variable.at("/valueFrom/resourceFieldRef");
        if (source.isMissingNode()) {
            return number(variable.path("value").asString(""));
        }
        boolean whole = source.path("divisor").asString("1").matches("[01]");
        JsonNode limit = container.tree().at("/resources/limits/cpu");
        return whole
                        && !limit.isMissingNode()
                        && source.path("resource").asString("").equals("limits.cpu")
                ? cpus(limit.asString(""))
                : Optional.empty();
    }

    private static Optional<Integer> cpus(String quantity) {
        try {
            BigDecimal rounded = Quantity.parse(quantity).setScale(0, RoundingMode.CEILING);
            return Optional.of(
                    rounded.min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue());
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<Integer> number(String text) {
        return text.matches("\\d{1,4}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
