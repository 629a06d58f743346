package dev.sidecarsizer.collect.kubernetes;

import dev.sidecarsizer.mesh.Container;
import dev.sidecarsizer.mesh.EmbeddedJson;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.ProxyContainer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The worker threads that a proxy is told to use, in pilot-agent's order: its argument {@code --concurrency}, the pod's
 * annotation {@code proxy.istio.io/config}, its {@code PROXY_CONFIG}, its CPU limit rounded up. Zero means a thread for
 * each of the node's cores, which the pod does not tell.
 *
 * @see <a href="https://github.com/istio/istio/blob/master/pilot/cmd/pilot-agent/config/config.go">pilot-agent</a>
 */
final class Concurrency {

    private static final int MOST = 1024;
    private static final Pattern ARGUMENT = Pattern.compile("--concurrency(?:=(\\d{1,4}))?");
    /** YAML, block or flow: what else stands there is the mesh's. */
    private static final Pattern SETTING = Pattern.compile("(?m)(?:^|[{,\\s])\"?concurrency\"?\\s*:\\s*(\\d{1,4})\\b");

    private static final Pattern CPU = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,9})?)(m?)");
    private static final int LONGEST_CONFIG = 64 * 1024;

    private Concurrency() {}

    static @Nullable Integer of(Pod pod, ProxyContainer proxy) {
        Container container = proxy.container();
        return argument(container)
                .filter(threads -> threads > 0)
                .or(() -> pod.annotation("proxy.istio.io/config").flatMap(Concurrency::setting))
                .or(() -> container
                        .env("PROXY_CONFIG")
                        .map(variable -> variable.path("value").asString(""))
                        .flatMap(EmbeddedJson::read)
                        .map(config -> config.path("concurrency"))
                        .filter(JsonNode::isInt)
                        .map(JsonNode::intValue))
                .or(() -> cpuLimit(container))
                .filter(threads -> threads > 0 && threads <= MOST)
                .orElse(null);
    }

    private static Optional<Integer> argument(Container container) {
        List<String> words = container
                .tree()
                .path("args")
                .valueStream()
                .map(word -> word.asString(""))
                .toList();
        for (int i = 0; i < words.size(); i++) {
            Matcher argument = ARGUMENT.matcher(words.get(i));
            if (argument.matches()) {
                String value =
                        argument.group(1) != null ? argument.group(1) : i + 1 < words.size() ? words.get(i + 1) : "";
                return value.matches("\\d{1,4}") ? Optional.of(Integer.parseInt(value)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<Integer> setting(String config) {
        Matcher setting = SETTING.matcher(config.length() > LONGEST_CONFIG ? "" : config);
        return setting.find() ? Optional.of(Integer.parseInt(setting.group(1))) : Optional.empty();
    }

    /** Only where the container is shown its limit, as the injector does. */
    private static Optional<Integer> cpuLimit(Container container) {
        boolean shown = container
                .env("ISTIO_CPU_LIMIT")
                .filter(variable -> "limits.cpu"
                        .equals(variable.at("/valueFrom/resourceFieldRef/resource")
                                .asString("")))
                .isPresent();
        Matcher limit = CPU.matcher(container.tree().at("/resources/limits/cpu").asString(""));
        if (!shown || !limit.matches()) {
            return Optional.empty();
        }
        BigDecimal cores =
                new BigDecimal(limit.group(1)).movePointLeft(limit.group(2).isEmpty() ? 0 : 3);
        return Optional.of(cores.setScale(0, RoundingMode.CEILING).intValue());
    }
}
