package dev.sidecarsizer.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.profile.MemoryProfile;
import dev.sidecarsizer.profile.MemoryProfile.Observed;
import dev.sidecarsizer.profile.MemoryProfile.Proxy;
import dev.sidecarsizer.profile.MemoryProfile.Standing;
import dev.sidecarsizer.profile.Profiles.Lineage;
import dev.sidecarsizer.profile.Rollout;
import dev.sidecarsizer.profile.Rollout.Plan;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.Decision.Resize;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {

    private static final int PODS = 10_000;
    private static final String RANDOM_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final Memory BEFORE = new Memory(Bytes.mebi(128), Bytes.mebi(256));
    private static final Memory LARGE = new Memory(Bytes.mebi(128), Bytes.mebi(1024));

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 50, 99})
    void aShareOfPodsIsSized(int percent) {
        Random random = new Random(percent);
        assertThat(sized(percent, 0, any -> deployments(ending(random)))).isCloseTo(percent, within(1.0));
        assertThat(sized(percent, 0, any -> bare("worker-" + ending(random)))).isCloseTo(percent, within(1.0));
        assertThat(sized(percent, 0, at -> bare("worker-" + at))).isCloseTo(percent, within(1.0));
        assertThat(sized(percent, 0, at -> stateful("db-" + at))).isCloseTo(percent, within(0.1));
        assertThat(sized(percent, 0, at -> unnamed())).isCloseTo(percent, within(1.0));
    }

    @Test
    void ofFewPodsOneIs() {
        Random random = new Random(1);
        assertThat(sized(10, 4, any -> deployments(ending(random)))).isCloseTo(25, within(1.5));
        assertThat(sized(10, 1, any -> deployments(ending(random)))).isEqualTo(100);
        assertThat(sized(10, 40, any -> deployments(ending(random)))).isCloseTo(10, within(1.0));
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "0, 1", "5, 3", "0, 9", "7, 7"})
    void ofFewPodsOfAStatefulSetExactlyOne(int start, int pods) {
        assertThat(IntStream.range(start, start + pods).filter(at -> isSized(10, pods, stateful("db-" + at), "uid")))
                .hasSize(1);
    }

    @Test
    void aPodIsInTheShareOrNotAtEachLook() {
        Random random = new Random(2);
        for (int at = 0; at < 100; at++) {
            String volume = ending(random);
            boolean first = isSized(50, 0, deployments(volume), "first");
            assertThat(isSized(50, 0, deployments(volume), "second")).isEqualTo(first);
            assertThat(isSized(50, 0, named(deployments(volume)), "later")).isEqualTo(first);
        }
    }

    @Test
    void whatIsOnceInTheShareStaysInALargerOne() {
        Random random = new Random(3);
        for (int at = 0; at < 1000; at++) {
            Pod pod = deployments(ending(random));
            assertThat(!isSized(10, 0, pod, "") || isSized(25, 0, pod, "")).isTrue();
        }
    }

    @Test
    void keepsItsReasonAndSaysWhatFollows() {
        Pod last = stateful("db-0");

        assertThat(decide(Origin.WORKLOAD_PROFILE, 192, last, BEFORE, profile(0, null), plan(10, true)))
                .isEqualTo(
                        new Keep(
                                Reason.ROLLOUT_STEP,
                                "10 % of new pods are sized first, not this one; all are once sized ones ran for 24h without harm"));
        assertThat(decide(Origin.WORKLOAD_PROFILE, 192, last, BEFORE, profile(3, null), plan(10, false)))
                .isEqualTo(new Keep(
                        Reason.ROLLOUT_STEP,
                        "1 of 3 new pods are sized first, not this one; more are once rollout.percent of policy shop/policy is"
                                + " raised"));
    }

    @Test
    void allAreSizedWhereItIsCompleteOrNobodyAskedForIt() {
        Pod outside = stateful("db-0");
        Rollout complete = new Rollout(10, Instant.EPOCH, Duration.ofDays(1), true);

        assertThat(decide(Origin.WORKLOAD_PROFILE, 192, outside, BEFORE, profile(3, complete), plan(10, true)))
                .isInstanceOf(Resize.class);
        assertThat(decide(Origin.WORKLOAD_PROFILE, 192, outside, BEFORE, profile(3, null), SizingPolicy.DEFAULT))
                .isInstanceOf(Resize.class);
    }

    @Test
    void theOwnersWordDoesNotWait() {
        assertThat(decide(Origin.OWNER, 192, stateful("db-0"), BEFORE, profile(0, null), plan(10, true)))
                .isInstanceOf(Resize.class);
    }

    @Test
    void whatTheKernelKilledGetsMoreAtOnceWhoeverSpeaks() {
        MemoryProfile killed = killedAt(256);

        assertThat(decide(Origin.OOM_EVIDENCE, 384, stateful("db-0"), BEFORE, killed, plan(10, true)))
                .isInstanceOf(Resize.class);
        assertThat(decide(Origin.WORKLOAD_PROFILE, 512, stateful("db-0"), BEFORE, killed, plan(10, true)))
                .isInstanceOf(Resize.class);
        assertThat(decide(Origin.OOM_EVIDENCE, 384, stateful("db-0"), LARGE, killed, plan(10, true)))
                .as("it shrinks, kills or not")
                .isInstanceOf(Keep.class);
    }

    @Test
    void whatIsKeptAnywayKeepsItsReason() {
        Keep keep = new Keep(Reason.TOO_LITTLE_HISTORY);

        assertThat(Share.of(
                        keep,
                        stateful("db-0"),
                        BEFORE,
                        "uid",
                        new Lineage(null, profile(0, null), null, null),
                        plan(10, true),
                        Trail.NONE))
                .isEqualTo(keep);
    }

    private static double sized(int percent, int running, IntFunction<Pod> pods) {
        return 100.0
                * IntStream.range(0, PODS)
                        .filter(at -> isSized(percent, running, pods.apply(at), "uid-" + at))
                        .count()
                / PODS;
    }

    private static boolean isSized(int percent, int running, Pod pod, String request) {
        return Share.of(
                        resize(Origin.WORKLOAD_PROFILE, 192, BEFORE),
                        pod,
                        BEFORE,
                        request,
                        new Lineage(null, profile(running, null), null, null),
                        plan(percent, true),
                        Trail.NONE)
                instanceof Resize;
    }

    private static Decision decide(
            Origin origin, int limit, Pod pod, Memory before, MemoryProfile profile, SizingPolicy policy) {
        return Share.of(
                resize(origin, limit, before),
                pod,
                before,
                "uid",
                new Lineage(null, profile, null, null),
                policy,
                Trail.NONE);
    }

    private static Resize resize(Origin origin, int limit, Memory before) {
        return new Resize(before, Bytes.mebi(96), Bytes.mebi(limit), origin, List.of(), null, null);
    }

    private static MemoryProfile profile(int running, @Nullable Rollout rollout) {
        return profile(Observed.NOTHING, running, rollout);
    }

    private static MemoryProfile killedAt(int limit) {
        return profile(new Observed(3, null, null, 1, Bytes.mebi(limit)), 0, null);
    }

    private static MemoryProfile profile(Observed observed, int running, @Nullable Rollout rollout) {
        return new MemoryProfile(
                "shop/db", "1", Standing.READY, null, observed, Proxy.UNKNOWN, Verdict.FINE, running, rollout, null);
    }

    private static SizingPolicy plan(int percent, boolean goesOn) {
        SizingPolicy without = SizingPolicy.DEFAULT;
        return new SizingPolicy(
                "shop/policy",
                without.oomRisk(),
                without.headroom(),
                without.floor(),
                without.ceiling(),
                without.minHistory(),
                new Plan(percent, Duration.ofHours(24), goesOn),
                without.httpIdleTimeout(),
                without.tcpIdleTimeout(),
                without.overload(),
                without.gateways(),
                without.groupBy(),
                without.oomLoop(),
                null);
    }

    private static String ending(Random random) {
        return random.ints(5, 0, RANDOM_LETTERS.length())
                .mapToObj(at -> RANDOM_LETTERS.substring(at, at + 1))
                .reduce("", String::concat);
    }

    private static Pod deployments(String volume) {
        return Pods.of(
                """
                metadata: {generateName: reviews-7d9f8b6c5-}
                spec: {volumes: [{name: istio-envoy}, {name: kube-api-access-%s}], containers: []}
                """
                        .formatted(volume));
    }

    /** As the API server stores it. */
    private static Pod named(Pod pod) {
        return Pods.of(pod.tree().toString().replace("\"generateName\"", "\"name\""));
    }

    private static Pod bare(String name) {
        return Pods.of("metadata: {name: %s}\nspec: {containers: []}\n".formatted(name));
    }

    private static Pod unnamed() {
        return Pods.of("metadata: {generateName: reviews-}\nspec: {containers: []}\n");
    }

    private static Pod stateful(String name) {
        return Pods.of(
                """
                metadata:
                  name: %s
                  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: "1", controller: true}]
                spec: {volumes: [{name: kube-api-access-hm69c}], containers: []}
                """
                        .formatted(name));
    }
}
