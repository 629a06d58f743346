package dev.sidecarsizer.patch;

import dev.sidecarsizer.mesh.Container;
import dev.sidecarsizer.mesh.ProxyConfig;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.ProxyContainer.Role;
import dev.sidecarsizer.mesh.ProxyVersion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code connectionSettings} of a proxy's own ProxyConfig, which the injector puts into {@code PROXY_CONFIG} as JSON:
 * what istiod takes from there goes into HTTP listeners alone. From Istio 1.31.
 *
 * <p>istiod gives streams no idle timeout, and what does not exist the overload manager cannot shorten. One of a year cuts nobody
 * until the overload manager shortens it: then who moves nothing gives back what it holds, clients of HTTP/1.1 that do not read
 * above all, from whom no other action takes it.
 *
 * @param pointer the variable, as a JSON pointer
 * @param config what is in it
 * @param gateway whether the proxy is one: its {@code profile}, which sidecars have no use for, has timeouts of its own
 * @see <a href="https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig">ProxyConfig</a>
 */
record ConnectionSettings(String pointer, ObjectNode config, boolean gateway) {

    private static final String MEMBER = "connectionSettings";
    private static final String HTTP_IDLE_TIMEOUT = "httpIdleTimeout";
    private static final String STREAM_IDLE_TIMEOUT = "httpStreamIdleTimeout";
    private static final String PROFILE = "profile";
    private static final String YEAR = "31536000s";
    /** Protobuf's names, which pilot-agent reads too, but not where one of ours stands beside it. */
    private static final List<String> BY_HAND =
            List.of("connection_settings", "http_idle_timeout", "http_stream_idle_timeout");

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Empty where the proxy may not know them, or where the variable is not as the injector writes it. */
    static Optional<ConnectionSettings> of(ProxyContainer proxy, Optional<ProxyVersion> version) {
        Container container = proxy.container();
        return version.filter(known -> known.isAtLeast(1, 31))
                .flatMap(known -> container.env(ProxyConfig.VARIABLE))
                .flatMap(variable -> read(variable.path("value").asString("")))
                .map(config -> new ConnectionSettings(
                        container.envPointer(ProxyConfig.VARIABLE).orElseThrow(),
                        config,
                        proxy.role() == Role.GATEWAY));
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

    /**
     * Writes those timeouts into the variable; nothing to do where they are there already.
     *
     * @param idle of connections; {@code null} to leave that as it is
     * @param shortened whether an overload manager shortens that of streams: it is made where there is none, but not beside a
     *     gateway's {@code profile}, which gives it one that ours would hide
     */
    void write(@Nullable String idle, boolean shortened, JsonEdit edit) {
        ObjectNode changed = config.deepCopy();
        ObjectNode settings = changed.withObjectProperty(MEMBER);
        if (idle != null) {
            settings.put(HTTP_IDLE_TIMEOUT, idle);
        }
        if (shortened && !(gateway && settings.has(PROFILE))) {
            settings.putIfAbsent(STREAM_IDLE_TIMEOUT, changed.stringNode(YEAR));
        }
        if (!settings.equals(config.path(MEMBER))) {
            edit.set(pointer, "value", JSON.writeValueAsString(changed));
        }
    }
}
