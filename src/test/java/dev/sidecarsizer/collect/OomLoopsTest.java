package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.guard.OomLoop.Prospect;
import dev.sidecarsizer.guard.RunningPods.Answer;
import dev.sidecarsizer.guard.RunningPods.Word;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.Relief;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.SomeFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What is done for pods in a loop, second by second. */
class OomLoopsTest {

    private static final Owner REVIEWS = new Owner("apps/v1", "Deployment", "reviews", "uid-of-reviews");
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final String FOLLOWS = "max_heap_size_bytes_runtime";
    private static final String FROZEN = "max_heap_size_bytes";
    private static final Owner REPLICA_SET = new Owner("apps/v1", "ReplicaSet", "reviews-5d8", "uid-of-5d8");

    private final FakeRunningPods pods = new FakeRunningPods();
    private final List<String> outcomes = new ArrayList<>();
    private Prospect prospect = prospect(Relief.EVICT);
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private final OomLoops loops = new OomLoops(
            new OomRelief(pods, pod -> prospect, 2),
            pod -> Optional.of(REVIEWS),
            (pod, outcome, message) -> outcomes.add(pod.name().name() + " " + outcome));

    @Test
    void oneKillIsNoLoop() {
        killed("a");
        look(1);

        assertThat(outcomes).isEmpty();
        assertThat(pods.told).isEmpty();
    }

    @Test
    void aLoopIsToldWithTheCommandAndEndedInPlace() {
        loop("a");

        assertThat(pods.done).containsExactly("resize a to 96Mi/288Mi");
        assertThat(pods.told).hasSize(2);
        assertThat(pods.told.getFirst())
                .startsWith("Pod SidecarOOMLoop: its sidecar was OOM-killed twice within 10 minutes, at limit 192Mi.")
                .contains("It is to get 96Mi/288Mi in place.")
                .contains("kubectl -n shop patch pod a --subresource resize --patch '{\"spec\":{\"initContainers\":"
                        + "[{\"name\":\"istio-proxy\",\"resources\":{\"requests\":{\"memory\":\"96Mi\"},"
                        + "\"limits\":{\"memory\":\"288Mi\"}}}]}}'")
                .endsWith("kubectl -n shop rollout restart deployment/reviews");
        assertThat(pods.told.getLast()).startsWith("Deployment SidecarOOMLoop: pod a: its sidecar");

        pods.pods.put(SomePod.named("shop", "a").build().name(), pod("288Mi", "288Mi"));
        look(5);

        assertThat(outcomes).containsExactly("a FOUND", "a ASKED", "a RESIZED");
        look(60);
        assertThat(pods.done).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "max_heap_size_bytes, ; its heap budget stays that of 192Mi until there is a new pod",
        "max_heap_size_bytes_runtime, ''"
    })
    void aHeapBudgetThatDoesNotFollowIsTold(String field, String told) {
        loop("a");
        Pod resized = pod("288Mi", "288Mi");
        ((ObjectNode) resized.tree().path("metadata"))
                .putObject("annotations")
                .put("sidecar-sizer.dev/bootstrap", "{\"" + field + "\":1}")
                .put("sidecar-sizer.dev/decision", "{\"after\":{\"limit\":\"192Mi\"}}");
        pods.pods.put(SomePod.named("shop", "a").build().name(), resized);
        look(5);

        assertThat(pods.told).contains("Pod SidecarResized: its sidecar has 96Mi/288Mi now, in place" + told);
    }

    @Test
    void whatThePolicyOnlyTellsIsToldOnceALoop() {
        prospect = prospect(Relief.TELL);

        loop("a");
        look(5);
        look(5);
        assertThat(outcomes).containsExactly("a FOUND");

        killed("a");
        look(5);
        assertThat(outcomes).containsExactly("a FOUND", "a FOUND");
        assertThat(pods.done).isEmpty();
    }

    @Test
    void whatIsForbiddenIsForbiddenToTheNextPodTooAndNothingIsEvicted() {
        pods.toResize = new Answer(Word.FORBIDDEN, "403: exceeded quota");

        loop("a");
        look(5);
        look(60);

        assertThat(pods.done).containsExactly("resize a to 96Mi/288Mi");
        assertThat(outcomes).containsExactly("a FOUND", "a REFUSED");
        assertThat(pods.told).anySatisfy(told -> assertThat(told)
                .startsWith("Pod SidecarNotResized: its sidecar cannot be given more memory in place: 403: exceeded"));
    }

    @Test
    void whatIsImpossibleInPlaceIsEvictedOnceItsBudgetAllows() {
        pods.toResize = new Answer(Word.IMPOSSIBLE, "404: no such subresource");
        pods.toEvict = new Answer(Word.LATER, "429: the budget needs 2 pods");

        loop("a");
        look(5);
        assertThat(outcomes).containsExactly("a FOUND", "a REFUSED", "a BLOCKED");
        look(59);
        assertThat(outcomes).hasSize(3);

        pods.toEvict = new Answer(Word.ACCEPTED, "");
        look(1);

        assertThat(pods.done).containsExactly("resize a to 96Mi/288Mi", "evict a", "evict a");
        assertThat(outcomes).endsWith("a EVICTED");
    }

    @Test
    void whatTheKubeletDoesNotDoWithinTwoMinutesIsEvicted() {
        loop("a");
        pods.pods.put(SomePod.named("shop", "a").build().name(), pod("288Mi", "192Mi"));

        look(119);
        assertThat(outcomes).containsExactly("a FOUND", "a ASKED");
        look(5);

        assertThat(outcomes).containsExactly("a FOUND", "a ASKED", "a REFUSED", "a EVICTED");
    }

    @Test
    void aProxyThatRefusesTrafficIsToldAndServesAgainInPlace() {
        stuck("a", FOLLOWS);

        assertThat(outcomes).containsExactly("a FOUND", "a ASKED");
        assertThat(pods.done).containsExactly("resize a to 96Mi/288Mi");
        assertThat(pods.told.getFirst())
                .startsWith(
                        "Pod SidecarRefusesTraffic: its sidecar refuses new connections most of the time, for want of"
                                + " memory, at limit 192Mi. It is to get 96Mi/288Mi in place. By hand: kubectl -n shop patch pod a"
                                + " --subresource resize")
                .endsWith("kubectl -n shop rollout restart deployment/reviews");

        pods.pods.put(SomePod.named("shop", "a").build().name(), pod("288Mi", "288Mi"));
        refuses("a");
        refuses("a");

        assertThat(outcomes)
                .as("what it did before is told for a while")
                .containsExactly("a FOUND", "a ASKED", "a RESIZED");
        killed("a");
        killed("a");
        look(1);
        assertThat(outcomes).as("but not a kill").endsWith("a FOUND", "a ASKED");
    }

    @Test
    void aBudgetThatDoesNotFollowIsHelpedByANewPodAlone() {
        stuck("a", FROZEN);

        assertThat(outcomes).containsExactly("a FOUND", "a EVICTED");
        assertThat(pods.done).containsExactly("evict a");
        assertThat(pods.told.getFirst())
                .contains(
                        "It is to be evicted: its heap budget would stay as it is. By hand: a new pod: kubectl -n shop"
                                + " rollout restart");
        assertThat(pods.told)
                .contains(
                        "Pod SidecarEvicted: its sidecar refused new connections most of the time; its heap budget would"
                                + " stay as it is");
    }

    @Test
    void whatIsToldTwiceIsOneLookAndOneThatServesBeginsAnew() {
        present("a", FOLLOWS);
        refuses("a");
        loops.looked(live("a").build(), SomeFacts.shedding(1.0), now, now);
        look(1);
        assertThat(outcomes).isEmpty();

        loops.looked(live("a").build(), SomeFacts.shedding(0.5), now.minus(WINDOW), now);
        look(1);
        refuses("a");
        assertThat(outcomes).isEmpty();

        refuses("a");
        assertThat(outcomes).contains("a FOUND");
    }

    /** The profile that decides may be written a little later. */
    @Test
    void oneThatRefusedAllTheTimeIsHelpedAtTheFirstLook() {
        present("a", FOLLOWS);
        Prospect learnt = prospect;
        prospect = new Prospect(Mode.ENFORCE, null, "NO_PROFILE", Relief.RESIZE);
        loops.looked(live("a").build(), SomeFacts.shedding(1.0), now.minusSeconds(40), now);
        look(0);
        assertThat(outcomes).isEmpty();
        look(2);
        assertThat(outcomes).containsExactly("a FOUND");
        assertThat(pods.done).isEmpty();

        prospect = learnt;
        look(5);
        assertThat(pods.done).containsExactly("resize a to 96Mi/288Mi");
    }

    @Test
    void whatWeDidNotBoundRefusesForOthersReasons() {
        present("a", FOLLOWS);
        for (int i = 0; i < 3; i++) {
            now = now.plusSeconds(60);
            loops.looked(SomePod.named("shop", "a").build(), SomeFacts.shedding(1.0), now.minus(WINDOW), now);
            look(1);
        }

        assertThat(outcomes).isEmpty();
    }

    @Test
    void thatTrafficIsStillRefusedIsToldNowAndThen() {
        prospect = prospect(Relief.TELL);
        stuck("a", FOLLOWS);
        for (int minute = 0; minute < 25; minute++) {
            refuses("a");
        }
        assertThat(outcomes).containsExactly("a FOUND");
        assertThat(pods.done).isEmpty();

        for (int minute = 0; minute < 10; minute++) {
            refuses("a");
        }
        assertThat(outcomes).containsExactly("a FOUND", "a FOUND");

        prospect = prospect(Relief.RESIZE);
        for (int minute = 0; minute < 10; minute++) {
            refuses("a");
        }
        assertThat(pods.done).containsExactly("resize a to 96Mi/288Mi");
    }

    @Test
    void moreThanTheRateWaits() {
        for (String name : List.of("a", "b", "c")) {
            killed(name);
            killed(name);
        }
        look(1);

        assertThat(pods.done).hasSize(2);
        assertThat(outcomes).filteredOn(one -> one.endsWith("LIMITED")).hasSize(1);
        look(30);
        assertThat(outcomes).filteredOn(one -> one.endsWith("LIMITED")).hasSize(1);
        look(30);
        assertThat(pods.done).hasSize(3);
    }

    @Test
    void anApiServerThatDoesNotAnswerIsAskedAgain() {
        pods.failure = new IllegalStateException("a fault that a test made");

        loop("a");
        assertThat(outcomes).containsExactly("a FAILED");
        look(5);
        assertThat(pods.done).containsExactly("resize a to 96Mi/288Mi");
    }

    @Test
    void aPodThatIsGoneIsForgotten() {
        killed("a");
        killed("a");
        pods.pods.clear();
        look(1);

        assertThat(outcomes).isEmpty();
    }

    @Test
    void nobodyActsWhoDoesNotLead() {
        killed("a");
        killed("a");
        loops.look(now, () -> false);

        assertThat(outcomes).isEmpty();
    }

    private void loop(String name) {
        killed(name);
        killed(name);
        look(1);
    }

    /** And it has been learnt. */
    private void killed(String name) {
        now = now.plusSeconds(1);
        LivePod pod = SomePod.named("shop", name).controller(REPLICA_SET).build();
        pods.pods.put(pod.name(), pod("192Mi", "192Mi"));
        loops.killed(pod, new OomKill(now, Bytes.mebi(192)));
        loops.look(now, () -> true);
        now = now.plusSeconds(2);
    }

    private void stuck(String name, String field) {
        present(name, field);
        refuses(name);
        refuses(name);
    }

    private void present(String name, String field) {
        Pod pod = pod("192Mi", "192Mi");
        ((ObjectNode) pod.tree().path("metadata"))
                .putObject("annotations")
                .put("sidecar-sizer.dev/bootstrap", "{\"" + field + "\":1}");
        pods.pods.put(live(name).build().name(), pod);
    }

    /** As is read once a minute. */
    private void refuses(String name) {
        now = now.plusSeconds(60);
        loops.looked(live(name).build(), SomeFacts.shedding(0.6), now.minus(WINDOW), now);
        loops.look(now, () -> true);
    }

    private static SomePod live(String name) {
        return SomePod.named("shop", name).controller(REPLICA_SET).budgetFor(Bytes.mebi(192));
    }

    private void look(int secondsLater) {
        now = now.plusSeconds(secondsLater);
        loops.look(now, () -> true);
    }

    private static Pod pod(String asks, String has) {
        return Pods.of(
                """
                metadata: {name: a}
                spec:
                  initContainers:
                    - name: istio-proxy
                      restartPolicy: Always
                      args: [proxy, sidecar]
                      resources: {requests: {memory: 96Mi}, limits: {memory: %s}}
                status: {initContainerStatuses: [{name: istio-proxy, resources: {limits: {memory: %s}}}]}
                """
                        .formatted(asks, has));
    }

    private static Prospect prospect(Relief relief) {
        return new Prospect(Mode.ENFORCE, new Memory(Bytes.mebi(80), Bytes.mebi(288)), "OOM_EVIDENCE", relief);
    }
}
