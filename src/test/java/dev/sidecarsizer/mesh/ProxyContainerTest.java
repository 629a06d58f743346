package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sidecarsizer.mesh.ProxyContainer.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyContainerTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "args: [proxy, sidecar, --domain, x] | SIDECAR",
                "args: [proxy, router] | GATEWAY",
                "args: [proxy, waypoint] | WAYPOINT",
                "args: [proxy, ztunnel] | ZTUNNEL",
                "command: [pilot-agent, proxy], args: [sidecar] | SIDECAR",
                "command: [/usr/local/bin/pilot-agent], args: [proxy, sidecar] | SIDECAR",
                "args: [proxy] | UNKNOWN",
                "args: [proxy, gateway] | UNKNOWN",
                "args: null, command: null | UNKNOWN",
                "args: [null, 7, {}] | UNKNOWN",
                "image: x | UNKNOWN"
            })
    void isToldByItsArguments(String container, Role role) {
        Pod pod = Pods.of("{metadata: {}, spec: {containers: [{name: istio-proxy, " + container + "}]}}");
        assertThat(ProxyContainer.in(pod))
                .singleElement()
                .extracting(ProxyContainer::role)
                .isEqualTo(role);
    }

    @ParameterizedTest
    @CsvSource({
        "'true', GRPC_AGENT",
        "'1', GRPC_AGENT",
        "T, GRPC_AGENT",
        "TRUE, GRPC_AGENT",
        "'false', SIDECAR",
        "'', SIDECAR",
        "tRUE, SIDECAR"
    })
    void withoutEnvoyIsTheAgentAloneByTheRulesOfGo(String value, Role role) {
        Pod pod = Pods.of(
                """
                metadata: {}
                spec:
                  containers:
                    - name: istio-proxy
                      args: [proxy, sidecar]
                      env: [{name: OTHER, value: 'true'}, {name: DISABLE_ENVOY, value: '%s'}]
                """
                        .formatted(value));
        assertThat(Pods.proxy(pod).role()).isEqualTo(role);
    }

    @Test
    void isFoundWhereverItStands() {
        assertThat(Pods.proxy(Pods.classic("{}", "{}")).container().pointer()).isEqualTo("/spec/containers/1");
        assertThat(Pods.proxy(Pods.nativeSidecar("{}", "{}")).container().pointer())
                .isEqualTo("/spec/initContainers/0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{containers: null, initContainers: null}",
                "{containers: [null, 7, {name: null}, {name: app}]}",
                "{initContainers: [{name: istio-proxy, args: [proxy, sidecar]}]}",
                "{initContainers: [{name: istio-proxy, restartPolicy: Never, args: [proxy, sidecar]}]}",
                "{containers: [{name: istio-validation}, {name: Istio-Proxy}]}"
            })
    void isNotThereWithoutALongRunningContainerOfThatName(String spec) {
        assertThat(ProxyContainer.in(Pods.of("{metadata: {}, spec: " + spec + "}")))
                .isEmpty();
    }

    @Test
    void hasTheRequestThatDefaultingWouldGiveIt() {
        assertThat(Pods.proxy(Pods.classic("{}", "{limits: {memory: 1Gi}}")).memory())
                .isEqualTo(new Memory(Bytes.mebi(1024), Bytes.mebi(1024)))
                .hasToString("1Gi/1Gi");
        assertThat(Pods.proxy(Pods.classic("{}", "{requests: {memory: 128Mi}, limits: null}"))
                        .memory())
                .isEqualTo(new Memory(Bytes.mebi(128), null))
                .hasToString("128Mi/-");
        assertThat(Pods.proxy(Pods.classic("{}", "null")).memory()).isEqualTo(new Memory(null, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'-1'", "'8Ei'", "1e999999999", "''", "[]", "{}", "true"})
    void isNotSizedFromMemoryThatCannotBeRead(String memory) {
        Pod pod = Pods.classic("{}", "{limits: {memory: " + memory + "}}");
        assertThatExceptionOfType(MalformedPod.class)
                .isThrownBy(() -> Pods.proxy(pod).memory())
                .withMessageStartingWith("memory of a container:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{metadata: {}}", "{spec: {}}", "{metadata: [], spec: {}}", "null", "7"})
    void needsAPodToStandIn(String tree) {
        assertThatExceptionOfType(MalformedPod.class).isThrownBy(() -> Pods.of(tree));
    }
}
