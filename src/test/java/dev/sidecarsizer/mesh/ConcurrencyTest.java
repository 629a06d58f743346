package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class ConcurrencyTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String INJECTED =
            "{name: ISTIO_CPU_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: '1'}}}";

    @ParameterizedTest
    @CsvSource({"2, 2", "100m, 1", "1001m, 2", "2500m, 3", "1e1, 10", "4.0, 4"})
    void isTheCpuLimitRoundedUp(String limit, int threads) {
        assertThat(of(null, "", "limits: {cpu: '" + limit + "'}", INJECTED)).isEqualTo(threads);
    }

    @Test
    void withoutACpuLimitItIsTheNodes() {
        assertThat(of(null, "", "{}", INJECTED)).isNull();
        assertThat(of(null, "", "limits: {cpu: much}", INJECTED)).isNull();
        assertThat(of(null, "", "limits: {cpu: '1e99'}", INJECTED)).isNull();
        assertThat(of(null, "", "limits: {cpu: '2'}", "{name: OTHER, value: a}"))
                .as("the agent sees its limit by the variable alone")
                .isNull();
        assertThat(of(
                        null,
                        "",
                        "limits: {cpu: '2'}",
                        "{name: ISTIO_CPU_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}"))
                .isNull();
        assertThat(of(null, "", "limits: {cpu: '2'}", "{name: ISTIO_CPU_LIMIT, value: '3'}"))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {"concurrency":4}              | 4
            {"concurrency": "4"}           | 4
            {"proxyMetadata":{"A":"b"},"concurrency":4} | 4
            {"concurrency":0}              |
            {"minConcurrency":4}           | 2
            {}                             | 2
            """)
    void whatTheConfigurationSaysGoesBeforeTheLimit(String config, @Nullable Integer threads) {
        assertThat(of(null, "", "limits: {cpu: '2'}", INJECTED + ", {name: PROXY_CONFIG, value: '" + config + "\n'}"))
                .isEqualTo(threads);
    }

    @Test
    void theAnnotationGoesBeforeTheVariableAndTheArgumentBeforeBoth() {
        String variable = INJECTED + ", {name: PROXY_CONFIG, value: '{\"concurrency\":4}'}";
        String annotation = "holdApplicationUntilProxyStarts: true\nconcurrency: 6\n";

        assertThat(of(annotation, "", "limits: {cpu: '2'}", variable)).isEqualTo(6);
        assertThat(of("tracing: {}", "", "limits: {cpu: '2'}", variable)).isEqualTo(4);
        assertThat(of(annotation, ", --concurrency=8", "limits: {cpu: '2'}", variable))
                .isEqualTo(8);
        assertThat(of(annotation, ", --concurrency, '8'", "limits: {cpu: '2'}", variable))
                .isEqualTo(8);
        assertThat(of(annotation, ", --concurrency=0", "limits: {cpu: '2'}", variable))
                .isEqualTo(6);
        assertThat(of("concurrency: 0", "", "limits: {cpu: '2'}", variable)).isNull();
        assertThat(of("concurrency: 9999", "", "limits: {cpu: '2'}", variable)).isNull();
    }

    private static @Nullable Integer of(@Nullable String annotation, String args, String resources, String env) {
        ObjectNode tree = (ObjectNode) YAML.readTree(
                """
                metadata: {}
                spec:
                  containers:
                  - name: istio-proxy
                    args: [proxy, sidecar%s]
                    resources: %s
                    env: [%s]
                """
                        .formatted(args, resources.startsWith("{") ? resources : "{" + resources + "}", env));
        if (annotation != null) {
            ((ObjectNode) tree.path("metadata")).putObject("annotations").put("proxy.istio.io/config", annotation);
        }
        Pod pod = new Pod("shop", tree);
        return Concurrency.of(pod, ProxyContainer.in(pod).getFirst()).orElse(null);
    }
}
