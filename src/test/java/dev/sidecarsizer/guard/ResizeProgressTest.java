package dev.sidecarsizer.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.guard.OomLoop.Asked;
import dev.sidecarsizer.guard.ResizeProgress.State;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizeProgressTest {

    private static final Instant AT = Instant.parse("2026-11-24T12:00:00Z");
    private static final Asked ASKED = new Asked(new Memory(Bytes.mebi(96), Bytes.mebi(288)), AT);

    @ParameterizedTest
    @CsvSource({"initContainers, initContainerStatuses", "containers, containerStatuses"})
    void itIsDoneOnceTheKubeletSaysSo(String list, String statuses) {
        assertThat(progress(pod(list, "288Mi", statuses, "192Mi", ""), 1)).isEqualTo(State.WAITS);
        assertThat(progress(pod(list, "288Mi", statuses, "288Mi", ""), 1)).isEqualTo(State.DONE);
        assertThat(progress(pod(list, "288Mi", statuses, "301989888", ""), 1)).isEqualTo(State.DONE);
    }

    @ParameterizedTest
    @CsvSource({
        "PodResizePending, Deferred, WAITS",
        "PodResizePending, Infeasible, FAILED",
        "PodResizeInProgress, '', WAITS",
        "PodResizeInProgress, Error, WAITS",
        "Ready, '', DONE"
    })
    void whatWaitsIsNotDoneWhateverTheContainersSay(String type, String reason, State state) {
        String condition = "{type: %s, status: 'True', reason: '%s', message: no room}".formatted(type, reason);

        assertThat(progress(pod("initContainers", "288Mi", "initContainerStatuses", "288Mi", condition), 1))
                .isEqualTo(state);
    }

    @Test
    void whatTheKubeletSaidOfAnEarlierResizeIsPast() {
        String past = "{type: PodResizePending, status: 'True', reason: Infeasible, observedGeneration: 2}";
        String present = past.replace("2}", "3}");

        assertThat(progress(pod("containers", "288Mi", "containerStatuses", "192Mi", past), 1))
                .isEqualTo(State.WAITS);
        assertThat(progress(pod("containers", "288Mi", "containerStatuses", "192Mi", present), 1))
                .isEqualTo(State.FAILED);
    }

    @Test
    void afterTwoMinutesItHasFailed() {
        Pod pod = pod(
                "containers",
                "288Mi",
                "containerStatuses",
                "192Mi",
                "{type: PodResizePending, status: 'True', reason: Deferred, message: no room}");

        assertThat(progress(pod, 119)).isEqualTo(State.WAITS);
        assertThat(ResizeProgress.of(ASKED, pod, Pods.proxy(pod), AT.plusSeconds(120)))
                .isEqualTo(new ResizeProgress(
                        State.FAILED, "the kubelet did not carry it out within 2 minutes: Deferred no room"));
    }

    @Test
    void whereSomebodyElseAskedForOtherMemoryItIsNoLongerOurs() {
        assertThat(progress(pod("containers", "512Mi", "containerStatuses", "192Mi", ""), 1))
                .isEqualTo(State.OVERTAKEN);
    }

    private static State progress(Pod pod, long secondsLater) {
        return ResizeProgress.of(ASKED, pod, Pods.proxy(pod), AT.plusSeconds(secondsLater))
                .state();
    }

    private static Pod pod(String list, String asks, String statuses, String has, String condition) {
        return Pods.of(
                """
                metadata: {name: reviews, generation: 3}
                spec: {%s: [{name: istio-proxy, restartPolicy: Always, args: [proxy, sidecar], resources: {limits: {memory: %s}}}]}
                status:
                  %s: [{name: istio-proxy, resources: {limits: {memory: %s}}}]
                  conditions: [%s]
                """
                        .formatted(list, asks, statuses, has, condition));
    }
}
