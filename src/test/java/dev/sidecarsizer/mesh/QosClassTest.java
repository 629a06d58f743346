package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Held against ComputePodQOS of Kubernetes 1.36, pkg/apis/core/v1/helper/qos. */
class QosClassTest {

    private static final String EQUAL = "{requests: {cpu: 1, memory: 1Gi}, limits: {cpu: '1000m', memory: 1024Mi}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | {} | BEST_EFFORT",
                "null | {requests: null, limits: null} | BEST_EFFORT",
                "{requests: {cpu: 0, memory: '0'}} | {} | BEST_EFFORT",
                "{requests: {ephemeral-storage: 1Gi}} | {} | BEST_EFFORT",
                "{requests: {cpu: 10m}} | {} | BURSTABLE",
                "{limits: {memory: 1Gi}} | {} | BURSTABLE",
                EQUAL + " | {} | BURSTABLE",
                EQUAL + " | {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 2Gi}} | BURSTABLE",
                EQUAL + " | {requests: {cpu: 1, memory: 0}, limits: {cpu: 1, memory: 1Gi}} | BURSTABLE",
                EQUAL + " | {limits: {memory: 1Gi}} | BURSTABLE",
                EQUAL + " | {limits: {cpu: 1, memory: 1Gi}} | GUARANTEED",
                EQUAL + " | " + EQUAL + " | GUARANTEED"
            })
    void isThatOfAllContainersTogether(String app, String proxy, QosClass expected) {
        for (Pod pod : new Pod[] {Pods.classic(app, proxy), Pods.nativeSidecar(app, proxy)}) {
            ProxyContainer container = Pods.proxy(pod);
            assertThat(QosClass.of(pod, container.container().pointer(), container.memory()))
                    .isEqualTo(expected);
        }
    }

    @Test
    void foreseesWhatOtherMemoryWouldMakeOfIt() {
        Pod pod = Pods.classic(EQUAL, "{requests: {cpu: 1, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}");
        assertThat(QosClass.of(pod, "/spec/containers/1", new Memory(Bytes.mebi(192), Bytes.mebi(192))))
                .isEqualTo(QosClass.GUARANTEED);
        assertThat(QosClass.of(pod, "/spec/containers/1", new Memory(Bytes.mebi(96), Bytes.mebi(192))))
                .isEqualTo(QosClass.BURSTABLE);
        assertThat(QosClass.of(pod, "/spec/containers/0", new Memory(null, null)))
                .isEqualTo(QosClass.BURSTABLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{limits: {cpu: 2, memory: 2Gi}} | GUARANTEED",
                "{requests: {memory: 1Gi}, limits: {cpu: 2, memory: 2Gi}} | BURSTABLE",
                "{requests: {cpu: 1}} | BURSTABLE",
                "{} | BEST_EFFORT"
            })
    void isThatOfThePodWhereItHasResourcesOfItsOwn(String podLevel, QosClass expected) {
        Pod pod = Pods.of(
                """
                metadata: {}
                spec:
                  resources: %s
                  containers: [{name: istio-proxy, args: [proxy, sidecar]}]
                """
                        .formatted(podLevel));
        assertThat(QosClass.of(pod, "/spec/containers/0", new Memory(null, null)))
                .isEqualTo(expected);
    }

    @Test
    void isNotGuessedFromQuantitiesThatCannotBeRead() {
        Pod pod = Pods.classic("{limits: {cpu: '1e999999999'}}", "{}");
        assertThatExceptionOfType(MalformedPod.class)
                .isThrownBy(() -> QosClass.of(pod, "/spec/containers/1", new Memory(null, null)))
                .withMessageContaining("1e999999999");
    }
}
