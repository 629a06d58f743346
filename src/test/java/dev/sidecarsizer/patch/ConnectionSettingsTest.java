package dev.sidecarsizer.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.ProxyVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionSettingsTest {

    @Test
    void goIntoTheProxysOwnConfigurationBesideWhatIsThere() {
        String env = "[{name: A, value: b}, {name: PROXY_CONFIG, value: '{\"concurrency\":2,"
                + "\"connectionSettings\":{\"httpDrainTimeout\":\"10s\"}}\n'}]";
        assertThat(written(env, "300s", true))
                .isEqualTo("[{\"op\":\"add\",\"path\":\"/spec/containers/0/env/1/value\",\"value\":"
                        + "\"{\\\"concurrency\\\":2,\\\"connectionSettings\\\":{\\\"httpDrainTimeout\\\":\\\"10s\\\","
                        + "\\\"httpIdleTimeout\\\":\\\"300s\\\",\\\"httpStreamIdleTimeout\\\":\\\"31536000s\\\"}}\"}]");
    }

    @Test
    void goIntoTheLastOfSeveralVariablesWhichHolds() {
        String env = "[{name: PROXY_CONFIG, value: '{\"a\":1}'}, {name: PROXY_CONFIG, value: '{}'}]";
        assertThat(written(env, "300s", false)).contains("/env/1/value").doesNotContain("/env/0");
    }

    @ParameterizedTest
    @CsvSource({"300s, false", "300s, true", ", true"})
    void areNotWrittenTwice(@Nullable String idle, boolean shortened) {
        String env = "[{name: PROXY_CONFIG, value: '{ \"connectionSettings\": {\"httpIdleTimeout\": \"300s\","
                + " \"httpStreamIdleTimeout\": \"31536000s\"} }'}]";
        assertThat(written(env, idle, shortened)).isEqualTo("[]");
    }

    /** From which istiod gives gateways one of five minutes, and sidecars none. */
    @Test
    void leaveThatOfAProfileToGateways() {
        String env = "[{name: PROXY_CONFIG, value: '{\"connectionSettings\":{\"profile\":\"EDGE\"}}'}]";
        assertThat(written("router", env, null, true)).isEqualTo("[]");
        assertThat(written("router", env, "300s", true)).contains("300s").doesNotContain("31536000s");
        assertThat(written(env, null, true)).contains("31536000s");
    }

    /** It is shortened as ours is. */
    @Test
    void leaveAnIdleTimeoutOfStreamsThatIsThere() {
        String env = "[{name: PROXY_CONFIG, value: '{\"connectionSettings\":{\"httpStreamIdleTimeout\":\"60s\"}}'}]";
        assertThat(written(env, null, true)).isEqualTo("[]");
        assertThat(written(env, "300s", true)).contains("60s").doesNotContain("31536000s");
    }

    /** pilot-agent reads both, and takes the later alone. */
    @ParameterizedTest
    @ValueSource(strings = {"connection_settings", "http_idle_timeout", "http_stream_idle_timeout"})
    void areLeftAloneWhereProtobufsNamesAre(String name) {
        Pod pod = Pods.proxyWithEnv(
                "[{name: PROXY_CONFIG, value: '{\"connectionSettings\": {\"" + name + "\": \"10s\"}}'}]");
        assertThat(ConnectionSettings.of(Pods.proxy(pod), ProxyVersion.parse("1.31.0")))
                .isEmpty();
    }

    private static String written(String env, @Nullable String idle, boolean shortened) {
        return written("sidecar", env, idle, shortened);
    }

    private static String written(String kind, String env, @Nullable String idle, boolean shortened) {
        Pod pod = Pods.proxyWithEnv(kind, env);
        JsonEdit edit = new JsonEdit(pod);
        ConnectionSettings.of(Pods.proxy(pod), ProxyVersion.parse("1.31.0"))
                .orElseThrow()
                .write(idle, shortened, edit);
        return edit.operations().toString();
    }
}
