package dev.sidecarsizer.sizing;

import static dev.sidecarsizer.sizing.Knowledge.SOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.MalformedPod;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.ProxyContainer;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.sizing.Decision.Bound;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Decision.Resize;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizerTest {

    private static final Memory ISTIO = new Memory(Bytes.mebi(128), Bytes.mebi(1024));
    private static final String APP = "{requests: {memory: 256Mi}, limits: {memory: 512Mi}}";
    private static final Pod POD = pod("{}");

    @Test
    void takesWhatTheProfileRecommends() {
        assertThat(decide(Knowledge.ofWorkload(SOUND)))
                .isEqualTo(new Resize(
                        ISTIO,
                        Bytes.mebi(96),
                        Bytes.mebi(192),
                        Origin.WORKLOAD_PROFILE,
                        List.of(),
                        "shop/deployment-reviews@4711",
                        null));
    }

    @Test
    void passesTheProfilesIdleTimeoutOn() {
        Recommendation advice = new Recommendation(Bytes.mebi(96), Bytes.mebi(192), Duration.ofMinutes(5));
        assertThat(resize(Knowledge.recommending(advice, SOUND)).idleTimeout()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void keepsWhereNobodySpeaks() {
        assertThat(decide(Lineage.NONE)).isEqualTo(new Keep(Reason.NO_PROFILE));
    }

    /** live 66Mi, headroom 1.2 */
    @ParameterizedTest
    @CsvSource({
        "192, 66, 192, ",
        "192, 160, 192, ",
        "192, 161, 194, LIVE_USE",
        "192, 400, 480, LIVE_USE",
        "192, 900, 1024, LIVE_USE CEILING",
        "40, 10, 64, FLOOR",
        "40, 60, 72, FLOOR LIVE_USE",
        "3000, 66, 1024, CEILING"
    })
    void staysAboveLiveUseAndBetweenFloorAndCeiling(long recommended, long live, long limit, String bounds) {
        Resize resize = resize(Knowledge.observing(Knowledge.live(live), recommending(32, recommended)));
        assertThat(resize.limit()).isEqualTo(Bytes.mebi(limit));
        assertThat(resize.request()).isEqualTo(Bytes.mebi(32));
        assertThat(String.join(" ", resize.bounds().stream().map(Enum::name).toList()))
                .isEqualTo(bounds == null ? "" : bounds);
    }

    /** What live pods use is in the peak that a limit of 160Mi was calibrated on, until they use more than that. */
    @ParameterizedTest
    @CsvSource({"150, 151, 160, ", "151, 151, 160, ", "152, 151, 183, LIVE_USE", "150, , 180, LIVE_USE"})
    void addsNoMarginToACalibratedOne(long live, @Nullable Long peak, long limit, String bounds) {
        Observed observed = new Observed(14, peak == null ? null : Bytes.mebi(peak), Bytes.mebi(live), 0, null);
        Resize resize = resize(Knowledge.observing(any -> observed, recommending(32, 160)));
        assertThat(resize.limit()).isEqualTo(Bytes.mebi(limit));
        assertThat(String.join(" ", resize.bounds().stream().map(Enum::name).toList()))
                .isEqualTo(bounds == null ? "" : bounds);
    }

    @Test
    void lowersARequestThatTheCeilingLeavesNoRoomFor() {
        Resize resize = resize(recommending(2048, 3072));
        assertThat(resize.after()).isEqualTo(new Memory(Bytes.mebi(1024), Bytes.mebi(1024)));
    }

    @Test
    void doesNotShrinkBelowLiveUseEvenForTheCeiling() {
        SizingPolicy low = policy(64, 256);
        MemoryProfile busy = Knowledge.observing(Knowledge.live(300), SOUND);
        Decision kept = decide(POD, ISTIO, Knowledge.ofWorkload(busy), low, Surroundings.NONE);
        assertThat(kept.reason()).isEqualTo("LIVE_USE_ABOVE_CEILING");
        assertThat(((Keep) kept).detail()).contains("300Mi", "256Mi", "shop/policy");
        // but a pod that came with less is raised to the ceiling: better than nothing
        Memory less = new Memory(Bytes.mebi(64), Bytes.mebi(128));
        assertThat(decide(POD, less, Knowledge.ofWorkload(busy), low, Surroundings.NONE))
                .isInstanceOfSatisfying(
                        Resize.class, raised -> assertThat(raised.limit()).isEqualTo(Bytes.mebi(256)));
    }

    @Test
    void answersAKillAtOnce() {
        Resize resize = resize(Knowledge.observing(Knowledge.killedAt(Bytes.mebi(192)), SOUND));
        assertThat(resize.limit()).isEqualTo(Bytes.mebi(288));
        assertThat(resize.origin()).isEqualTo(Origin.OOM_EVIDENCE);
        assertThat(resize.bounds()).isEmpty();
    }

    @Test
    void findsAKillAnsweredByARecommendationThatIsHighEnough() {
        Resize resize = resize(Knowledge.observing(Knowledge.killedAt(Bytes.mebi(128)), SOUND));
        assertThat(resize.limit()).isEqualTo(Bytes.mebi(192));
        assertThat(resize.origin()).isEqualTo(Origin.WORKLOAD_PROFILE);
    }

    @Test
    void doesNotFeedAKillBeyondTheCeiling() {
        Resize resize = resize(Knowledge.observing(Knowledge.killedAt(Bytes.mebi(1024)), SOUND));
        assertThat(resize.limit()).isEqualTo(Bytes.mebi(1024));
        assertThat(resize.bounds()).containsExactly(Bound.CEILING);
    }

    @Test
    void hearsAKillOfTheRevisionThoughTheWorkloadsProfileSpeaks() {
        MemoryProfile young =
                Knowledge.observing(Knowledge.killedAt(Bytes.mebi(192)), Knowledge.standing(Standing.LEARNING, SOUND));
        assertThat(decide(new Lineage(young, SOUND, null, null))).isInstanceOfSatisfying(Resize.class, raised -> {
            assertThat(raised.origin()).isEqualTo(Origin.OOM_EVIDENCE);
            assertThat(raised.limit()).isEqualTo(Bytes.mebi(288));
        });
    }

    @Test
    void hearsAKillThoughNoProfileSpeaks() {
        Memory small = new Memory(Bytes.mebi(64), Bytes.mebi(128));
        for (Standing standing : List.of(Standing.LEARNING, Standing.STALE)) {
            MemoryProfile killed =
                    Knowledge.observing(Knowledge.killedAt(Bytes.mebi(128)), Knowledge.standing(standing, SOUND));
            assertThat(decide(POD, small, Knowledge.ofWorkload(killed), SizingPolicy.DEFAULT, Surroundings.NONE))
                    .isInstanceOfSatisfying(Resize.class, raised -> {
                        assertThat(raised.origin()).isEqualTo(Origin.OOM_EVIDENCE);
                        assertThat(raised.after()).isEqualTo(new Memory(Bytes.mebi(64), Bytes.mebi(192)));
                        assertThat(raised.profile()).isEqualTo("shop/deployment-reviews@4711");
                    });
        }
    }

    /** A pod with Istio's 1Gi has more than an old kill calls for: what is not known is not a reason to shrink. */
    @Test
    void neverShrinksForAKillAlone() {
        MemoryProfile killed =
                Knowledge.observing(Knowledge.killedAt(Bytes.mebi(128)), Knowledge.standing(Standing.LEARNING, SOUND));
        assertThat(decide(Knowledge.ofWorkload(killed)).reason()).isEqualTo("TOO_LITTLE_HISTORY");
        MemoryProfile high =
                Knowledge.observing(Knowledge.killedAt(Bytes.mebi(1024)), Knowledge.standing(Standing.STALE, SOUND));
        assertThat(decide(POD, ISTIO, Knowledge.ofWorkload(high), policy(64, 512), Surroundings.NONE)
                        .reason())
                .isEqualTo("PROFILE_STALE");
    }

    @Test
    void obeysTheOwnerAndNobodyElse() {
        Pod pod = pod("{sidecar-sizer.dev/memory-limit: 2Gi}");
        MemoryProfile killed = Knowledge.observing(Knowledge.killedAt(Bytes.mebi(4096)), SOUND);
        assertThat(decide(pod, ISTIO, Knowledge.ofWorkload(killed), policy(64, 256), Surroundings.NONE))
                .isInstanceOfSatisfying(Resize.class, obeyed -> {
                    assertThat(obeyed.origin()).isEqualTo(Origin.OWNER);
                    assertThat(obeyed.after()).isEqualTo(new Memory(Bytes.mebi(96), Bytes.mebi(2048)));
                    assertThat(obeyed.bounds()).isEmpty();
                });
    }

    @Test
    void obeysTheOwnerWithoutAProfileAndUnderAPolicyThatCannotBeUsed() {
        Pod pod = pod("{sidecar-sizer.dev/memory-limit: 100Mi}");
        for (SizingPolicy policy : List.of(SizingPolicy.DEFAULT, SizingPolicy.faulty("shop/policy", "headroom 0"))) {
            assertThat(decide(pod, ISTIO, Lineage.NONE, policy, Surroundings.NONE))
                    .isInstanceOfSatisfying(Resize.class, obeyed -> {
                        assertThat(obeyed.after()).isEqualTo(new Memory(Bytes.mebi(100), Bytes.mebi(100)));
                        assertThat(obeyed.profile()).isNull();
                    });
        }
    }

    @Test
    void keepsUnderAPolicyThatCannotBeUsed() {
        SizingPolicy faulty = SizingPolicy.faulty("shop/policy", "spec.headroom 0: must be a factor from 1 to 10");
        assertThat(decide(POD, ISTIO, Knowledge.ofWorkload(SOUND), faulty, Surroundings.NONE))
                .isEqualTo(new Keep(Reason.POLICY_INVALID, "spec.headroom 0: must be a factor from 1 to 10"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{sidecar-sizer.dev/memory-limit: much} | OWNER_ANNOTATION_INVALID",
                "{sidecar-sizer.dev/idle-timeout: never} | OWNER_ANNOTATION_INVALID",
                "{sidecar.istio.io/proxyMemory: 200Mi} | OWNER_SET_MEMORY",
                "{sidecar.istio.io/proxyMemoryLimit: 2Gi} | OWNER_SET_MEMORY",
                "{sidecar.istio.io/proxyCPU: 200m} | WORKLOAD_PROFILE",
                "{kubernetes.io/config.mirror: abc} | MIRROR_POD",
                "{proxy.istio.io/overrides: '{\"containers\":[{\"name\":\"istio-proxy\",\"resources\":{\"limits\":"
                        + "{\"memory\":\"3Gi\"}}}]}'} | OWNER_SET_MEMORY",
                "{proxy.istio.io/overrides: '{\"initContainers\":[{\"name\":\"istio-proxy\",\"resources\":"
                        + "{\"requests\":{\"memory\":\"3Gi\"}}}]}'} | OWNER_SET_MEMORY",
                "{proxy.istio.io/overrides: '{\"containers\":[{\"name\":\"istio-proxy\",\"resources\":{\"limits\":"
                        + "{\"cpu\":\"3\"}}}]}'} | WORKLOAD_PROFILE",
                "{proxy.istio.io/overrides: '{\"containers\":[{\"name\":\"app\",\"resources\":{\"limits\":"
                        + "{\"memory\":\"3Gi\"}}}]}'} | WORKLOAD_PROFILE",
                "{proxy.istio.io/overrides: 'null'} | WORKLOAD_PROFILE",
                "{proxy.istio.io/overrides: '{\"containers\":null}'} | WORKLOAD_PROFILE",
                "{proxy.istio.io/overrides: '{{{'} | OWNER_SET_MEMORY",
                "{vpaUpdates: 'Pod resources updated by r: container 0: cpu request; container 1: memory request'}"
                        + " | VPA_OWNS_MEMORY",
                "{vpaUpdates: 'Pod resources updated by r: container 1: cpu request, memory limit'} | VPA_OWNS_MEMORY",
                "{vpaUpdates: 'Pod resources updated by r: container 0: memory request; container 1: cpu request'}"
                        + " | WORKLOAD_PROFILE",
                "{vpaUpdates: 'Pod resources updated by r: container 1: memory: limit NOT set since recommendedRequest"
                        + " is nil or 0, cpu request, cpu limit'} | WORKLOAD_PROFILE",
                "{vpaUpdates: 'Pod resources updated by r: container 11: memory request'} | WORKLOAD_PROFILE",
                "{vpaObservedContainers: 'reviews, istio-proxy'} | WORKLOAD_PROFILE"
            })
    void leavesToOthersWhatOthersHaveSaid(String annotations, String reason) {
        assertThat(decide(pod(annotations), ISTIO, Knowledge.ofWorkload(SOUND), SizingPolicy.DEFAULT, Surroundings.NONE)
                        .reason())
                .isEqualTo(reason);
    }

    @Test
    void leavesToOthersWhatTheyRule() {
        Lineage known = Knowledge.ofWorkload(SOUND);
        assertThat(decide(POD, ISTIO, known, SizingPolicy.DEFAULT, new Surroundings(List.of(), false, false, true)))
                .isEqualTo(new Keep(Reason.VPA_OWNS_MEMORY));
        assertThat(decide(POD, ISTIO, known, SizingPolicy.DEFAULT, new Surroundings(List.of(), false, true, false)))
                .isEqualTo(new Keep(Reason.HPA_ON_MEMORY));
    }

    @ParameterizedTest
    @CsvSource({
        "router, false, GATEWAY",
        "router, true, WORKLOAD_PROFILE",
        "waypoint, true, WAYPOINT",
        "ztunnel, true, ZTUNNEL",
        "gateway, true, POD_NOT_UNDERSTOOD"
    })
    void sizesSidecarsAndWherePolicySaysSoGateways(String role, boolean gateways, String reason) {
        SizingPolicy policy = new SizingPolicy(
                "shop/policy",
                0.001,
                1.2,
                Bytes.mebi(64),
                Bytes.mebi(1024),
                Duration.ofDays(1),
                null,
                null,
                null,
                true,
                gateways,
                List.of(),
                Relief.TELL,
                null);
        Pod pod = Pods.of(
                """
                metadata: {}
                spec: {containers: [{name: istio-proxy, args: [proxy, %s], resources: {limits: {memory: 1Gi}}}]}
                """
                        .formatted(role));
        assertThat(decide(pod, ISTIO, Knowledge.ofWorkload(SOUND), policy, Surroundings.NONE)
                        .reason())
                .isEqualTo(reason);
    }

    @Test
    void keepsAPodThatWantsNothing() {
        Pod pod = Pods.classic("{}", "{}");
        assertThat(decide(
                        pod,
                        new Memory(null, null),
                        Knowledge.ofWorkload(SOUND),
                        SizingPolicy.DEFAULT,
                        Surroundings.NONE))
                .isEqualTo(new Keep(Reason.QOS_BEST_EFFORT));
    }

    @Test
    void sizesAProxyThatCameWithoutMemoryBesideAnApplicationThatHasSome() {
        Pod pod = Pods.classic(APP, "{}");
        assertThat(decide(
                        pod,
                        new Memory(null, null),
                        Knowledge.ofWorkload(SOUND),
                        SizingPolicy.DEFAULT,
                        Surroundings.NONE))
                .isInstanceOfSatisfying(Resize.class, sized -> assertThat(sized.after())
                        .isEqualTo(new Memory(Bytes.mebi(96), Bytes.mebi(192))));
    }

    @Test
    void saysSoWhereNothingFits() {
        Surroundings tight = new Surroundings(
                List.of(new Surroundings.MemoryRange(false, null, Bytes.mebi(50), null)), false, false, false);
        Decision kept = decide(POD, ISTIO, Knowledge.ofWorkload(SOUND), SizingPolicy.DEFAULT, tight);
        assertThat(kept.reason()).isEqualTo("NO_ROOM");
        assertThat(((Keep) kept).detail()).contains("192Mi");
    }

    @Test
    void doesNotGuessAtAPodThatCannotBeRead() {
        Pod pod = Pods.classic("{limits: {memory: '1e999999999'}}", "{limits: {memory: 1Gi}}");
        assertThatExceptionOfType(MalformedPod.class)
                .isThrownBy(
                        () -> decide(pod, ISTIO, Knowledge.ofWorkload(SOUND), SizingPolicy.DEFAULT, Surroundings.NONE));
    }

    private static MemoryProfile recommending(long request, long limit) {
        return Knowledge.recommending(new Recommendation(Bytes.mebi(request), Bytes.mebi(limit), null), SOUND);
    }

    private static SizingPolicy policy(long floor, long ceiling) {
        return new SizingPolicy(
                "shop/policy",
                0.001,
                1.2,
                Bytes.mebi(floor),
                Bytes.mebi(ceiling),
                Duration.ofDays(1),
                null,
                null,
                null,
                true,
                false,
                List.of(),
                Relief.TELL,
                null);
    }

    private static Pod pod(String annotations) {
        return Pods.of(
                """
                metadata: {annotations: %s}
                spec:
                  containers:
                    - {name: reviews, resources: %s}
                    - name: istio-proxy
                      args: [proxy, sidecar]
                      resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 2, memory: 1Gi}}
                """
                        .formatted(annotations, APP));
    }

    private static Resize resize(MemoryProfile profile) {
        return (Resize) decide(Knowledge.ofWorkload(profile));
    }

    private static Decision decide(Lineage lineage) {
        return decide(POD, ISTIO, lineage, SizingPolicy.DEFAULT, Surroundings.NONE);
    }

    private static Decision decide(
            Pod pod, Memory before, Lineage lineage, SizingPolicy policy, Surroundings surroundings) {
        ProxyContainer proxy = Pods.proxy(pod);
        return Sizer.decide(pod, proxy, before, lineage, policy, surroundings, Trail.NONE);
    }
}
