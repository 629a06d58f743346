package dev.sidecarsizer.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.sizing.Bounds.Fit;
import dev.sidecarsizer.sizing.Decision.Bound;
import dev.sidecarsizer.sizing.Surroundings.MemoryRange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoundsTest {

    private static final String ISTIO = "{requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 2, memory: 1Gi}}";
    private static final String APP = "{requests: {memory: 256Mi}, limits: {memory: 512Mi}}";

    @Test
    void leaveAloneWhatFits() {
        assertThat(fit(Pods.classic(APP, ISTIO), Surroundings.NONE, 96, 192)).contains(free(96, 192));
    }

    @Test
    void ofAContainerAreBothEndsOfARange() {
        Surroundings range = ranges(new MemoryRange(false, Bytes.mebi(120), Bytes.mebi(512), null));
        Pod pod = Pods.classic(APP, ISTIO);
        assertThat(fit(pod, range, 96, 192)).contains(bent(120, 192, Bound.LIMIT_RANGE));
        assertThat(fit(pod, range, 96, 600)).contains(bent(96 + 24, 512, Bound.LIMIT_RANGE));
        assertThat(fit(pod, range, 64, 100)).contains(bent(120, 120, Bound.LIMIT_RANGE));
        assertThat(fit(pod, range, 128, 512)).contains(free(128, 512));
    }

    @Test
    void ofARatioRaiseTheRequestBecauseALowerLimitMightKill() {
        Surroundings ratio = ranges(new MemoryRange(false, null, null, 1.5));
        assertThat(fit(Pods.classic(APP, ISTIO), ratio, 96, 192)).contains(bent(128, 192, Bound.LIMIT_RANGE));
        assertThat(fit(Pods.classic(APP, ISTIO), ratio, 128, 192)).contains(free(128, 192));
    }

    @Test
    void thatContradictEachOtherLeaveNoRoom() {
        Surroundings both = ranges(
                new MemoryRange(false, Bytes.mebi(256), null, null),
                new MemoryRange(false, null, Bytes.mebi(200), null));
        assertThat(fit(Pods.classic(APP, ISTIO), both, 96, 192)).isEmpty();
    }

    @Test
    void belowWhatLivePodsUseLeaveNoRoom() {
        Surroundings range = ranges(new MemoryRange(false, null, Bytes.mebi(128), null));
        Pod pod = Pods.classic(APP, ISTIO);
        ProxyContainer proxy = Pods.proxy(pod);
        Bounds bounds = new Bounds(pod, proxy, proxy.memory(), range);
        assertThat(bounds.fit(Bytes.mebi(96), Bytes.mebi(192), Bytes.mebi(128), Trail.NONE))
                .isPresent();
        assertThat(bounds.fit(Bytes.mebi(96), Bytes.mebi(192), Bytes.mebi(129), Trail.NONE))
                .isEmpty();
        assertThat(bounds.noRoom(Bytes.mebi(192)).detail()).contains("192Mi", "LimitRange");
    }

    @Test
    void ofAPodCountAllThatRunsBesideTheProxy() {
        Surroundings range = ranges(new MemoryRange(true, null, Bytes.mebi(640), null));
        assertThat(fit(Pods.classic(APP, ISTIO), range, 96, 192)).contains(bent(96, 128, Bound.LIMIT_RANGE));
        assertThat(fit(Pods.nativeSidecar(APP, ISTIO), range, 96, 192)).contains(bent(96, 128, Bound.LIMIT_RANGE));
    }

    /** Requests of 500Mi and no limits beside the proxy: the pod's limits are the proxy's alone. */
    @Test
    void ofAPodHoldForItsLimitsByThemselves() {
        Pod pod = Pods.classic("{requests: {memory: 500Mi}}", ISTIO);
        assertThat(fit(pod, ranges(new MemoryRange(true, Bytes.mebi(512), null, null)), 96, 192))
                .contains(bent(96, 512, Bound.LIMIT_RANGE));
        assertThat(fit(pod, ranges(new MemoryRange(true, null, Bytes.mebi(564), null)), 96, 192))
                .contains(bent(64, 192, Bound.LIMIT_RANGE));
    }

    /** istio-init bears the proxy's own resources, and an init container's count where they are more than all others'. */
    @Test
    void ofAPodCountWhatInitContainersNeed() {
        Pod pod = Pods.of(
                """
                metadata: {}
                spec:
                  initContainers:
                    - {name: istio-init, resources: %s}
                  containers:
                    - {name: app, resources: {requests: {memory: 10Mi}, limits: {memory: 20Mi}}}
                    - {name: istio-proxy, args: [proxy, sidecar], resources: %s}
                """
                        .formatted(ISTIO, ISTIO));
        // with the proxy at 96Mi/192Mi the pod is max(106, 128) / max(212, 1024): a ratio of 8
        Surroundings ratio = ranges(new MemoryRange(true, null, null, 7.7));
        assertThat(ApiServer.refusal(pod.tree(), ratio)).isEmpty();
        assertThat(fit(pod, ratio, 96, 192)).contains(bent(123, 192, Bound.LIMIT_RANGE));
    }

    /** An ordinary init container that starts after the sidecar runs beside it. */
    @Test
    void ofAPodCountInitContainersThatRunBesideANativeSidecar() {
        Pod pod = Pods.of(
                """
                metadata: {}
                spec:
                  initContainers:
                    - {name: istio-proxy, restartPolicy: Always, args: [proxy, sidecar], resources: %s}
                    - {name: migrate, resources: {requests: {memory: 500Mi}, limits: {memory: 500Mi}}}
                  containers:
                    - {name: app, resources: {requests: {memory: 64Mi}, limits: {memory: 64Mi}}}
                """
                        .formatted("{requests: {memory: 128Mi}, limits: {memory: 256Mi}}"));
        assertThat(fit(pod, ranges(new MemoryRange(true, null, Bytes.mebi(756), null)), 128, 300))
                .contains(bent(128, 256, Bound.LIMIT_RANGE));
    }

    @Test
    void ofAPodWithResourcesOfItsOwnAreNotTheProxysBusiness() {
        Pod pod = podLevel("{requests: {memory: 1Gi}, limits: {memory: 2Gi}}");
        Surroundings range = ranges(new MemoryRange(true, Bytes.mebi(900), Bytes.mebi(2048), 2.0));
        assertThat(fit(pod, range, 96, 192)).contains(free(96, 192));
    }

    @Test
    void ofAPodLevelAreTheLimitOfEachContainerAndTheSumOfRequests() {
        assertThat(fit(podLevel("{limits: {memory: 160Mi}}"), Surroundings.NONE, 96, 192))
                .contains(bent(96, 160, Bound.POD_LEVEL));
        assertThat(fit(podLevel("{requests: {memory: 320Mi}, limits: {memory: 1Gi}}"), Surroundings.NONE, 96, 192))
                .contains(bent(64, 192, Bound.POD_LEVEL));
    }

    @Test
    void ofAQuotaAreWhatThePodCameWith() {
        Surroundings quota = new Surroundings(List.of(), true, false, false);
        Pod pod = Pods.classic(APP, ISTIO);
        assertThat(fit(pod, quota, 96, 192)).contains(free(96, 192));
        assertThat(fit(pod, quota, 160, 2048)).contains(bent(128, 1024, Bound.QUOTA));
    }

    @Test
    void keepAGuaranteedPodGuaranteed() {
        String equal = "{requests: {cpu: 1, memory: 512Mi}, limits: {cpu: 1, memory: 512Mi}}";
        assertThat(fit(Pods.classic(equal, equal), Surroundings.NONE, 96, 192)).contains(bent(192, 192, Bound.QOS));
    }

    @Test
    void keepABurstablePodBurstable() {
        String app = "{requests: {cpu: 1, memory: 512Mi}, limits: {cpu: 1, memory: 512Mi}}";
        String proxy = "{requests: {cpu: 1, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}";
        assertThat(fit(Pods.classic(app, proxy), Surroundings.NONE, 192, 192)).contains(bent(191, 192, Bound.QOS));
        // the application is not Guaranteed: equal numbers change nothing
        assertThat(fit(Pods.classic(APP, proxy), Surroundings.NONE, 192, 192)).contains(free(192, 192));
    }

    @Test
    void areNamedInTheOrderInWhichTheyBent() {
        Surroundings all =
                new Surroundings(List.of(new MemoryRange(false, null, Bytes.mebi(900), null)), true, false, false);
        Pod pod = Pods.of(
                """
                metadata: {}
                spec:
                  resources: {limits: {memory: 800Mi}}
                  containers:
                    - {name: istio-proxy, args: [proxy, sidecar], resources: {limits: {memory: 700Mi}}}
                """);
        assertThat(fit(pod, all, 96, 1000)).contains(bent(96, 700, Bound.LIMIT_RANGE, Bound.POD_LEVEL, Bound.QUOTA));
    }

    private static Pod podLevel(String resources) {
        return Pods.of(
                """
                metadata: {}
                spec:
                  resources: %s
                  containers:
                    - {name: app, resources: {requests: {memory: 256Mi}}}
                    - {name: istio-proxy, args: [proxy, sidecar], resources: {requests: {memory: 64Mi}}}
                """
                        .formatted(resources));
    }

    private static Surroundings ranges(MemoryRange... ranges) {
        return new Surroundings(List.of(ranges), false, false, false);
    }

    private static Optional<Fit> fit(Pod pod, Surroundings surroundings, long request, long limit) {
        ProxyContainer proxy = Pods.proxy(pod);
        Memory before = proxy.memory();
        return new Bounds(pod, proxy, before, surroundings)
                .fit(Bytes.mebi(request), Bytes.mebi(limit), Bytes.ZERO, Trail.NONE);
    }

    private static Fit free(long request, long limit) {
        return bent(request, limit);
    }

    private static Fit bent(long request, long limit, Bound... by) {
        return new Fit(Bytes.mebi(request), Bytes.mebi(limit), List.of(by));
    }
}
