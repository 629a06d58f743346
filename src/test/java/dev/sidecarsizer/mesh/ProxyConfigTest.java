package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyConfigTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {name: PROXY_CONFIG, value: '{"customConfigFile":"/etc/mine/envoy.json"}'}                        | true
            {name: PROXY_CONFIG, value: '{"concurrency":2,"proxyBootstrapTemplatePath":"/etc/mine/tmpl.json"}'} | true
            {name: PROXY_CONFIG, value: 'custom_config_file: /etc/mine/envoy.json'}                           | true
            {name: PROXY_CONFIG, value: '{"customConfigFile":'}                                               | true
            {name: PROXY_CONFIG, valueFrom: {configMapKeyRef: {name: mine, key: config}}}                      | true
            {name: ISTIO_BOOTSTRAP, value: /etc/mine/tmpl.json}                                               | true
            {name: PROXY_CONFIG, value: '{"customConfigFile":"/a"}'}, {name: PROXY_CONFIG, value: '{}'}       | false
            {name: PROXY_CONFIG, value: '{"binaryPath":"/usr/local/bin/envoy"}'}                              | false
            {name: PROXY_CONFIG, value: 'concurrency: ['}                                                     | false
            {name: PROXY_CONFIG}                                                                              | false
            {name: ISTIO_BOOTSTRAP_OVERRIDE, value: /etc/mine/override.json}                                  | false
            """)
    void namesABootstrapByAVariable(String env, boolean names) {
        assertThat(names("{metadata: {}, spec: {containers: [{name: istio-proxy, env: [" + env + "]}]}}"))
                .isEqualTo(names);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'customConfigFile: /etc/mine/envoy.json'",
                "'{\"proxyBootstrapTemplatePath\": \"/etc/mine/tmpl.json\"}'",
                "\"tracing: {}\\nproxy_bootstrap_template_path: /etc/mine/tmpl.json\""
            })
    void namesABootstrapByItsAnnotation(String annotation) {
        assertThat(names("{metadata: {annotations: {proxy.istio.io/config: " + annotation
                        + "}}, spec: {containers: [{name: istio-proxy}]}}"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "args: [proxy, sidecar, --templateFile=/etc/mine/tmpl.json]",
                "args: [proxy, sidecar, --templateFile, /etc/mine/tmpl.json]",
                "command: [pilot-agent, proxy, sidecar, --templateFile=/etc/mine/tmpl.json]"
            })
    void namesABootstrapByAnArgument(String words) {
        assertThat(names("{metadata: {}, spec: {containers: [{name: istio-proxy, " + words + "}]}}"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/var/lib/istio", "/var/lib/istio/envoy", "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json"})
    void namesABootstrapByAVolumeOverTheTemplate(String path) {
        assertThat(names("{metadata: {}, spec: {containers: [{name: istio-proxy, volumeMounts: [{mountPath: " + path
                        + "}]}]}}"))
                .isTrue();
    }

    @Test
    void namesNoneAsIstioInjectsIt() {
        assertThat(names("{metadata: {annotations: {proxy.istio.io/config: 'holdApplicationUntilProxyStarts: true'}},"
                        + " spec: {containers: [{name: istio-proxy, args: [proxy, sidecar, --domain, a],"
                        + " env: [{name: PROXY_CONFIG, value: \"{}\\n\"}],"
                        + " volumeMounts: [{mountPath: /var/lib/istio/data}, {mountPath: /etc/istio/proxy}]}]}}"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'connectionSettings: {http2InitialStreamWindowSize: 65536}' | true",
                "'{\"connection_settings\": {}}' | true",
                "'concurrency: 2' | false"
            },
            quoteCharacter = '`')
    void setsConnectionsByItsAnnotation(String annotation, boolean sets) {
        assertThat(ProxyConfig.setsConnections(
                        Pods.of("{metadata: {annotations: {proxy.istio.io/config: " + annotation + "}}, spec: {}}")))
                .isEqualTo(sets);
    }

    private static boolean names(String yaml) {
        Pod pod = Pods.of(yaml);
        return ProxyConfig.namesBootstrap(pod, Pods.proxy(pod).container());
    }
}
