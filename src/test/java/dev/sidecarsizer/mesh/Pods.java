package dev.sidecarsizer.mesh;

import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Pods for tests, written as people write them. */
public final class Pods {

    private static final YAMLMapper YAML = new YAMLMapper();

    private Pods() {}

    /** A pod of namespace {@code shop}, from YAML. */
    public static Pod of(String yaml) {
        return new Pod("shop", tree(yaml));
    }

    /** Any piece of a pod, from YAML. */
    public static JsonNode tree(String yaml) {
        return YAML.readTree(yaml);
    }

    /** A classic injected pod: an application with {@code app} resources, a proxy with {@code proxy} resources. */
    public static Pod classic(String app, String proxy) {
        return of(
                """
                metadata: {name: reviews}
                spec:
                  containers:
                    - {name: reviews, resources: %s}
                    - {name: istio-proxy, args: [proxy, sidecar], resources: %s}
                """
                        .formatted(app, proxy));
    }

    /** A pod of a proxy alone, whose environment is that list. */
    public static Pod proxyWithEnv(String env) {
        return proxyWithEnv("sidecar", env);
    }

    /** The same of a kind of proxy: {@code sidecar}, {@code router}. */
    public static Pod proxyWithEnv(String kind, String env) {
        return of("{metadata: {}, spec: {containers: [{name: istio-proxy, args: [proxy, %s], env: %s}]}}"
                .formatted(kind, env));
    }

    /** A pod with a native sidecar. */
    public static Pod nativeSidecar(String app, String proxy) {
        return of(
                """
                metadata: {name: reviews}
                spec:
                  initContainers:
                    - {name: istio-proxy, restartPolicy: Always, args: [proxy, sidecar], resources: %s}
                  containers:
                    - {name: reviews, resources: %s}
                """
                        .formatted(proxy, app));
    }

    /** The one proxy of {@code pod}. */
    public static ProxyContainer proxy(Pod pod) {
        return ProxyContainer.in(pod).getFirst();
    }
}
