package dev.sidecarsizer.mesh;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a pod says of its proxy's ProxyConfig: the annotation {@code proxy.istio.io/config}, mostly YAML as people write it,
 * and {@code PROXY_CONFIG}, where the injector has put all of it as JSON, the mesh's {@code defaultConfig} included.
 *
 * @see <a href="https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig">ProxyConfig</a>
 */
public final class ProxyConfig {

    public static final String ANNOTATION = "proxy.istio.io/config";
    public static final String VARIABLE = "PROXY_CONFIG";

    /** {@code customConfigFile} and {@code proxyBootstrapTemplatePath}, which may be written as protobuf names them too. */
    private static final Pattern BOOTSTRAP =
            Pattern.compile("custom_?config_?file|proxy_?bootstrap_?template_?path", Pattern.CASE_INSENSITIVE);

    private static final Pattern CONNECTIONS = Pattern.compile("connection_?settings", Pattern.CASE_INSENSITIVE);

    /** Where the proxy's image has the template of its bootstrap. */
    private static final String TEMPLATES = "/var/lib/istio/envoy";

    private ProxyConfig() {}

    /** As text, the one before that goes before the other, as pilot-agent has it. */
    static Stream<String> texts(Pod pod, Container proxy) {
        return Stream.of(
                        pod.annotation(ANNOTATION),
                        proxy.env(VARIABLE).flatMap(variable -> Pod.text(variable.path("value"))))
                .flatMap(Optional::stream);
    }

    /**
     * Whether pilot-agent starts Envoy with another bootstrap than Istio's own: by its configuration, the argument {@code
     * --templateFile}, the variable {@code ISTIO_BOOTSTRAP} or a volume over its template. What cannot be read may name one, so it
     * counts as one that does.
     */
    public static boolean namesBootstrap(Pod pod, Container proxy) {
        return texts(pod, proxy).anyMatch(text -> BOOTSTRAP.matcher(text).find())
                || proxy.env(VARIABLE)
                        .filter(variable -> variable.hasNonNull("valueFrom"))
                        .isPresent()
                || proxy.env("ISTIO_BOOTSTRAP").isPresent()
                || proxy.words().anyMatch(word -> word.startsWith("--templateFile"))
                || proxy.tree()
                        .path("volumeMounts")
                        .valueStream()
                        .anyMatch(mount -> hides(mount.path("mountPath").asString("")));
    }

    private static boolean hides(String path) {
        return path.startsWith(TEMPLATES) || (!path.isEmpty() && TEMPLATES.startsWith(path + "/"));
    }

    /**
     * Whether the pod's annotation has {@code connectionSettings}: pilot-agent reads it last and takes them whole, in place of
     * all that the variable has there.
     */
    public static boolean setsConnections(Pod pod) {
        return pod.annotation(ANNOTATION)
                .filter(config -> CONNECTIONS.matcher(config).find())
                .isPresent();
    }
}
