package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Container;
import dev.sidecarsizer.mesh.ProxyConfig;
import dev.sidecarsizer.mesh.ProxyVersion;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code connectionSettings} of a proxy's own ProxyConfig, which the injector puts into {@code PROXY_CONFIG} as JSON:
 * what istiod takes from there goes into HTTP listeners alone. From Istio 1.31.
 *
 * @param pointer the variable, as a JSON pointer
 * @param config what is in it
 * @see <a href="https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig">ProxyConfig</a>
 */
record ConnectionSettings(String pointer, ObjectNode config) {

    private static final String MEMBER = "connectionSettings";
    private static final String HTTP_IDLE_TIMEOUT = "httpIdleTimeout";
    /** Protobuf's names, which pilot-agent reads too, and where both are there it takes the later alone. */
    private static final List<String> BY_HAND = List.of("connection_settings", "http_idle_timeout");

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Empty where the proxy may not know them, or where the variable is not as the injector writes it. */
    static Optional<ConnectionSettings> of(Container proxy, Optional<ProxyVersion> version) {
        return version.filter(known -> known.isAtLeast(1, 31))
                .flatMap(known -> proxy.env(ProxyConfig.VARIABLE))
                .flatMap(variable -> read(variable.path("value").asString("")))
                .map(config -> new ConnectionSettings(
                        proxy.envPointer(ProxyConfig.VARIABLE).orElseThrow(), config));
    }

    private static Optional<ObjectNode> read(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode config
                            && (config.path(MEMBER).isMissingNode()
                                    || config.path(MEMBER).isObject())
                            && BY_HAND.stream().noneMatch(text::contains)
                    ? Optional.of(config)
                    : Optional.empty();
        } catch (JacksonException other) {
            return Optional.empty();
        }
    }

    /** When idle HTTP connections are closed already, as a protobuf duration: {@code 300s}. */
    Optional<String> httpIdleTimeout() {
        return Optional.of(config.path(MEMBER).path(HTTP_IDLE_TIMEOUT).asString(""))
                .filter(text -> !text.isEmpty());
    }

    /** Writes it in place of the variable's value; nothing to do where it is so already. */
    void writeHttpIdleTimeout(String timeout, JsonEdit edit) {
        if (httpIdleTimeout().filter(timeout::equals).isPresent()) {
            return;
        }
        ObjectNode changed = config.deepCopy();
        ObjectNode settings =
                Objects.requireNonNullElseGet((ObjectNode) changed.get(MEMBER), () -> changed.putObject(MEMBER));
        settings.put(HTTP_IDLE_TIMEOUT, timeout);
        edit.set(pointer, "value", JSON.writeValueAsString(changed));
    }
}
