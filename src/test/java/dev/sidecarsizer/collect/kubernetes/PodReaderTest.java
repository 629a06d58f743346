package dev.sidecarsizer.collect.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.LivePod.OomKill;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.MalformedPod;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Learnt.Owner;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class PodReaderTest {

    private static final Instant FIRST = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instant SECOND = Instant.parse("2026-11-20T10:00:30Z");

    private static final String RUNS = "{name: istio-proxy, state: {running: {startedAt: x}}}";

    private final PodReader reader =
            new PodReader((namespace, labels) -> List.of(), pod -> false, InstantSource.system());

    @Test
    void keepsOfANativeSidecarWhatIsLearntFrom() {
        assertThat(pod("{}", "[proxy, sidecar]", "[]", "\"2\"", RUNS))
                .isEqualTo(new LivePod(
                        new PodName("shop", "reviews-6d5f9c7b88-x2x7p"),
                        "5f0c",
                        FIRST.minusSeconds(7200),
                        new WorkloadKey("shop", "apps", "Deployment", "reviews"),
                        new WorkloadKey("shop", "apps", "Deployment", "reviews"),
                        "6d5f9c7b88",
                        new Owner("apps/v1", "ReplicaSet", "reviews-6d5f9c7b88", "7a"),
                        Map.of("app", "reviews", "pod-template-hash", "6d5f9c7b88"),
                        false,
                        true,
                        null,
                        "10.0.0.7",
                        "docker.io/istio/proxyv2:1.31.0",
                        null,
                        true,
                        Bytes.mebi(128),
                        Bytes.mebi(1024),
                        null,
                        false,
                        null,
                        LivePod.Sizing.KEPT,
                        false,
                        LivePod.Health.NOT_READY,
                        List.of(),
                        null));
    }

    @Test
    void readsAClassicPodThatHasNoStatusYet() {
        LivePod pod = reader.read(
                        Pods.tree(
                                """
                        metadata: {name: reviews, namespace: shop, uid: a}
                        spec: {containers: [{name: app}, {name: istio-proxy, args: [proxy, sidecar]}]}
                        """),
                        null)
                .orElseThrow();

        assertThat(pod.created()).isEqualTo(Instant.EPOCH);
        assertThat(pod.runsToCompletion()).isFalse();
        assertThat(pod.running()).isFalse();
        assertThat(pod.nativeSidecar()).isFalse();
        assertThat(pod.ip()).isNull();
        assertThat(pod.limit()).isNull();
        assertThat(pod.controller()).isNull();
        assertThat(pod.workload()).isEqualTo(new WorkloadKey("shop", "", "Pod", "reviews"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"overload\":\"SET\",\"after\":{\"limit\":\"192Mi\"}}; 201326592",
                "{\"overload\":\"OFF\"};",
                "{\"after\":{\"limit\":\"much\"}};",
                "no JSON;"
            })
    void knowsTheLimitThatItsOverloadManagerWasWrittenFor(String decision, @Nullable Long bytes) {
        String note = "sidecar-sizer.dev/decision: '" + decision + "'";

        assertThat(pod("{sidecar-sizer.dev/bootstrap: \"{}\", " + note + "}", "[proxy, sidecar]", "[]", "1", RUNS)
                        .budgetFor())
                .isEqualTo(bytes == null ? null : new Bytes(bytes));
        assertThat(pod("{" + note + "}", "[proxy, sidecar]", "[]", "1", RUNS).budgetFor())
                .as("no override")
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'{reason: Error, exitCode: 139, finishedAt: \"2026-11-20T10:00:00Z\"}', true",
        "'{reason: OOMKilled, exitCode: 137, finishedAt: \"2026-11-20T10:00:00Z\"}', false", // a kill
        "'{reason: Unknown, exitCode: 255, finishedAt: \"2026-11-20T10:00:00Z\"}', false", // its node was started again
        "'{reason: ContainerStatusUnknown, exitCode: 137, finishedAt: \"2026-11-20T10:00:00Z\"}', false",
        "'{reason: Completed, exitCode: 0, finishedAt: \"2026-11-20T10:00:00Z\"}', false", // it was told to end
        "'{reason: Error, exitCode: 139}', false", // the next could not be told from it
    })
    void knowsThatAProxyFailedAndWasStartedAgain(String ended, boolean restarted) {
        JsonNode tree = Pods.tree(
                """
                metadata: {name: reviews, namespace: shop, uid: a}
                spec: {containers: [{name: istio-proxy, args: [proxy, sidecar]}]}
                status: {containerStatuses: [{name: istio-proxy, lastState: {terminated: %s}}]}
                """
                        .formatted(ended));

        assertThat(reader.read(tree, null)).hasValueSatisfying(pod -> assertThat(pod.restarted())
                .isEqualTo(restarted ? Instant.parse("2026-11-20T10:00:00Z") : null));
    }

    /** What is shown to Envoy is what the pod asks for, whether the kubelet carried that out or not. */
    @ParameterizedTest
    @CsvSource({
        "192Mi, 192Mi, 192Mi, false", // as it was made
        "288Mi, 288Mi, 288Mi, false", // resized in place
        "288Mi, 192Mi, 288Mi, true", // asked for and not carried out: the kernel kills first
        "128Mi, 128Mi, 192Mi, true" // shrunk: too large a share
    })
    void knowsThatABudgetFollowsTheLimit(String asked, String has, String budgetFor, boolean misfit) {
        JsonNode tree = Pods.tree(
                """
                metadata:
                  name: reviews
                  namespace: shop
                  uid: a
                  annotations:
                    sidecar-sizer.dev/bootstrap: '{"max_heap_size_bytes_runtime":{}}'
                    sidecar-sizer.dev/decision: '{"after":{"limit":"192Mi"}}'
                spec:
                  containers:
                    - {name: istio-proxy, args: [proxy, sidecar], resources: {limits: {memory: %s}}}
                status: {containerStatuses: [{name: istio-proxy, resources: {limits: {memory: %s}}}]}
                """
                        .formatted(asked, has));

        assertThat(reader.read(tree, null)).hasValueSatisfying(pod -> {
            assertThat(pod.budgetFor()).isEqualTo(Bytes.parse(budgetFor));
            assertThat(!Bytes.parse(budgetFor).equals(pod.limit())).isEqualTo(misfit);
        });
    }

    @Test
    void notesWhenItSawThatALimitIsAnother() {
        LivePod first = read("a", "192Mi", null);
        assertThat(first.resized()).as("since when it has that nobody knows").isNull();
        assertThat(read("a", "192Mi", first).resized()).isNull();
        assertThat(read("b", "288Mi", first).resized())
                .as("another pod of its name")
                .isNull();

        Instant before = Instant.now();
        LivePod resized = read("a", "288Mi", first);
        assertThat(resized.resized()).isBetween(before, Instant.now());
        assertThat(read("a", "288Mi", resized).resized()).isEqualTo(resized.resized());
    }

    private LivePod read(String uid, String limit, @Nullable LivePod before) {
        JsonNode tree = Pods.tree(
                """
                metadata: {name: reviews-0, namespace: shop, uid: %s}
                spec: {containers: [{name: istio-proxy, args: [proxy, sidecar], resources: {limits: {memory: 192Mi}}}]}
                status: {containerStatuses: [{name: istio-proxy, resources: {limits: {memory: %s}}}]}
                """
                        .formatted(uid, limit));
        return reader.read(tree, before).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {sidecar-sizer.dev/decision: '{"decision":"Resize"}'} | true  | SIZED
                    {sidecar-sizer.dev/decision: '{"decision":"Resize","reason":"OWNER"}'} | true | KEPT
                    {sidecar-sizer.dev/decision: '{"decision":"Keep"}'}   | true  | KEPT
                    {sidecar-sizer.dev/decision: 'no JSON'}               | true  | KEPT
                    {sidecar-sizer.dev/decision: '{"decision":"Resize","reason":"SAFETY_NET","after":{"limit":"1Gi"}}'} | true | SIZED
                    {sidecar-sizer.dev/decision: '{"decision":"Resize","reason":"SAFETY_NET","after":{"limit":"192Mi"}}'} | true | EARLIER
                    {}                                                    | true  | EARLIER
                    {}                                                    | false | KEPT
                    """)
    void tellsWhatBecameOfAPod(String annotations, boolean wouldSize, LivePod.Sizing sizing) {
        PodReader asking = new PodReader((namespace, labels) -> List.of(), pod -> wouldSize, InstantSource.system());

        assertThat(asking.read(tree(annotations, "[proxy, sidecar]", "[]", "1", RUNS), null))
                .map(LivePod::sizing)
                .contains(sizing);
    }

    @ParameterizedTest
    @CsvSource({"SAFETY_NET, true", "WORKLOAD_PROFILE, false"})
    void tellsWhatTheNetSized(String reason, boolean byNet) {
        String decision = "sidecar-sizer.dev/decision: '{\"decision\":\"Resize\",\"reason\":\"" + reason
                + "\",\"after\":{\"limit\":\"1Gi\"}}'";

        LivePod pod = pod("{" + decision + "}", "[proxy, sidecar]", "[]", "1", RUNS);

        assertThat(pod.sizing()).isEqualTo(LivePod.Sizing.SIZED);
        assertThat(pod.byNet()).isEqualTo(byNet);
    }

    @Test
    void whatBecameOfAPodIsJudgedOnceAndOneOfItsNameThatCameLaterIsAnother() {
        JsonNode tree = tree("{}", "[proxy, sidecar]", "[]", "1", RUNS);
        AtomicBoolean wouldSize = new AtomicBoolean(true);
        PodReader asking = new PodReader(
                (namespace, labels) -> List.of(),
                pod -> wouldSize.get(),
                InstantSource.fixed(FIRST.minusSeconds(7199)));

        LivePod missed = asking.read(tree, null).orElseThrow();
        wouldSize.set(false);

        assertThat(missed.sizing()).isEqualTo(LivePod.Sizing.MISSED);
        assertThat(asking.read(tree, missed)).map(LivePod::sizing).contains(LivePod.Sizing.MISSED);
        ((ObjectNode) tree.path("metadata")).put("uid", "another");
        LivePod kept = asking.read(tree, missed).orElseThrow();
        wouldSize.set(true);

        assertThat(kept.sizing()).isEqualTo(LivePod.Sizing.KEPT);
        assertThat(asking.read(tree, kept)).map(LivePod::sizing).contains(LivePod.Sizing.KEPT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {name: istio-proxy, ready: true, state: {running: {startedAt: x}}}                       | READY
                    {name: istio-proxy, ready: false, state: {running: {startedAt: x}}}                      | NOT_READY
                    {name: istio-proxy, ready: false, restartCount: 3, state: {waiting: {reason: CrashLoop}}} | NOT_READY
                    {name: istio-proxy, ready: false, state: {waiting: {reason: ImagePullBackOff}}}          | UNKNOWN
                    """)
    void tellsWhetherAProxyServes(String status, LivePod.Health health) {
        LivePod pod = pod("{}", "[proxy, sidecar]", "[]", "1", status);

        assertThat(pod.health()).isEqualTo(health);
        assertThat(reader.read(tree("{}", "[proxy, sidecar]", "[]", "1", RUNS), pod))
                .map(LivePod::health)
                .as("once ready, it had room enough")
                .contains(health == LivePod.Health.READY ? health : LivePod.Health.NOT_READY);
    }

    @Test
    void ofAPodThatIsBeingDeletedNobodyKnowsWhetherItWouldServe() {
        LivePod ready = pod("{}", "[proxy, sidecar]", "[]", "1", "{name: istio-proxy, ready: true}");
        JsonNode tree = tree("{}", "[proxy, sidecar]", "[]", "1", RUNS);
        ((ObjectNode) tree.path("metadata")).put("deletionTimestamp", SECOND.toString());

        assertThat(reader.read(tree, null)).map(LivePod::health).contains(LivePod.Health.UNKNOWN);
        assertThat(reader.read(tree, ready)).map(LivePod::health).contains(LivePod.Health.UNKNOWN);
    }

    @Test
    void keepsWhenAProxyWasFirstStarted() {
        LivePod first = pod("{}", "[proxy, sidecar]", "[]", "1", startedAt(FIRST));
        JsonNode again = tree("{}", "[proxy, sidecar]", "[]", "1", startedAt(SECOND));

        assertThat(first.started()).isEqualTo(FIRST);
        assertThat(reader.read(again, first)).map(LivePod::started).contains(FIRST);
        ((ObjectNode) again.path("metadata")).put("uid", "another");
        assertThat(reader.read(again, first)).map(LivePod::started).contains(SECOND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "lastState"})
    void aProxyThatEndedWasStartedByThen(String state) {
        assertThat(killed(ended(state, FIRST, "Error"), "").started()).isEqualTo(FIRST);
    }

    /** A native sidecar is restarted always, whatever becomes of its pod. */
    @ParameterizedTest
    @CsvSource({"Always, false", "OnFailure, true", "Never, true"})
    void knowsWhetherAPodEndsByItself(String policy, boolean ends) {
        assertThat(reader.read(
                                Pods.tree(
                                        """
                                metadata: {name: etl-7, namespace: shop, uid: a}
                                spec:
                                  restartPolicy: %s
                                  initContainers: [{name: istio-proxy, args: [proxy, sidecar], restartPolicy: Always}]
                                """
                                                .formatted(policy)),
                                null)
                        .orElseThrow()
                        .runsToCompletion())
                .isEqualTo(ends);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[proxy, router]", "[proxy, waypoint]", "[proxy, ztunnel]", "[]"})
    void leavesOtherProxiesOut(String arguments) {
        assertThat(reader.read(tree("{}", arguments, "[]", "1", RUNS), null)).isEmpty();
    }

    @Test
    void groupsByLabelsWhereThatIsWanted() {
        PodReader grouping = new PodReader(
                (namespace, labels) ->
                        namespace.equals("shop") && labels.containsKey("app") ? List.of("app") : List.of(),
                pod -> false,
                InstantSource.system());

        LivePod pod = grouping.read(
                        Pods.tree(
                                """
                        metadata: {name: spark-1-exec-3, namespace: shop, uid: a, labels: {app: etl}}
                        spec: {containers: [{name: istio-proxy, args: [proxy, sidecar]}]}
                        """),
                        null)
                .orElseThrow();

        assertThat(pod.workload().name()).isEqualTo("etl");
        assertThat(pod.owned().name()).as("what autoscalers name").isEqualTo("spark-1-exec-3");
    }

    @Test
    void holdsWhatPodsShareOnce() {
        LivePod one = pod("{}", "[proxy, sidecar]", "[]", "1", RUNS);
        LivePod other = pod("{}", "[proxy, sidecar]", "[]", "1", RUNS);

        assertThat(other.labels()).isSameAs(one.labels());
        assertThat(other.workload()).isSameAs(one.workload());
        assertThat(other.image()).isSameAs(one.image());
        assertThat(other.controller()).isSameAs(one.controller());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {} | [proxy, sidecar] | [] | "2" | -1
                    {} | [proxy, sidecar] | [{name: ISTIO_CPU_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}] | "2" | 2
                    {} | [proxy, sidecar] | [{name: ISTIO_CPU_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}] | 1500m | 2
                    {} | [proxy, sidecar] | [{name: ISTIO_CPU_LIMIT, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}] | null | -1
                    {} | [proxy, sidecar] | [{name: PROXY_CONFIG, value: '{"concurrency":3}'}] | "2" | 3
                    {} | [proxy, sidecar] | [{name: PROXY_CONFIG, value: '{"concurrency":0}'}] | "2" | -1
                    {} | [proxy, sidecar] | [{name: PROXY_CONFIG, value: '{'}] | "2" | -1
                    {proxy.istio.io/config: "concurrency: 4"} | [proxy, sidecar] | [{name: PROXY_CONFIG, value: '{"concurrency":3}'}] | "2" | 4
                    {proxy.istio.io/config: "{\\"holdApplicationUntilProxyStarts\\": true, \\"concurrency\\": 5}"} | [proxy, sidecar] | [] | "2" | 5
                    {proxy.istio.io/config: "concurrency: 4"} | [proxy, sidecar, --concurrency, "6"] | [] | "2" | 6
                    {proxy.istio.io/config: "concurrency: 4"} | [proxy, sidecar, --concurrency=7] | [] | "2" | 7
                    {} | [proxy, sidecar, --concurrency] | [] | "2" | -1
                    {} | [proxy, sidecar, --concurrency=9999] | [] | "2" | -1
                    """)
    void knowsHowManyThreadsTheProxyWasToldToUse(
            String annotations, String arguments, String environment, String cpu, int threads) {
        assertThat(pod(annotations, arguments, environment, cpu, RUNS).concurrency())
                .isEqualTo(threads < 0 ? null : (Integer) threads);
    }

    @Test
    void takesTheLimitThatTheKubeletSaysHolds() {
        LivePod pod = killed(
                """
                {name: istio-proxy, resources: {limits: {memory: 256Mi}},
                 lastState: {terminated: {reason: OOMKilled, exitCode: 137, finishedAt: "%s"}}}
                """
                        .formatted(FIRST));

        assertThat(pod.limit()).isEqualTo(Bytes.mebi(256));
        assertThat(pod.kills()).containsExactly(new OomKill(FIRST, Bytes.mebi(256)));
    }

    @Test
    void tellsTwoKillsInARowAndTheSameSeenTwiceAsOne() {
        assertThat(killed(ended("lastState", FIRST, "OOMKilled") + ended("state", SECOND, "OOMKilled"), "")
                        .kills())
                .containsExactly(new OomKill(FIRST, Bytes.mebi(1024)), new OomKill(SECOND, Bytes.mebi(1024)));
        assertThat(killed(ended("lastState", FIRST, "OOMKilled") + ended("state", FIRST, "OOMKilled"), "")
                        .kills())
                .containsExactly(new OomKill(FIRST, Bytes.mebi(1024)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Error", "Completed", "ContainerStatusUnknown", "oomkilled"})
    void exitCode137AloneIsNoEvidence(String reason) {
        assertThat(killed(ended("state", FIRST, reason), "").kills()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{name: istio-proxy, state: {terminated: {reason: OOMKilled}}}",
                "{name: istio-proxy, state: {terminated: {reason: OOMKilled, finishedAt: null}}}",
                "{name: istio-proxy, state: {terminated: {reason: OOMKilled, finishedAt: yesterday}}}",
                "{name: istio-proxy, state: [terminated]}",
                "{name: istio-proxy, state: {terminated: OOMKilled}}",
                "{name: istio-proxy, state: null, lastState: 3}",
                "{name: 7}",
                "istio-proxy",
                "null"
            })
    void aDamagedStatusIsNoKillAndNoFault(String status) {
        assertThat(killed(status).kills()).isEmpty();
    }

    @Test
    void refusesALimitThatIsNone() {
        assertThatThrownBy(() -> killed("{name: istio-proxy, resources: {limits: {memory: lots}}}"))
                .isInstanceOf(MalformedPod.class)
                .hasMessageContaining("lots");
    }

    private static String startedAt(Instant at) {
        return "{name: istio-proxy, state: {running: {startedAt: \"%s\"}}}".formatted(at);
    }

    private LivePod killed(String status) {
        return pod("{}", "[proxy, sidecar]", "[]", "1", status);
    }

    private LivePod killed(String states, String more) {
        return killed("{name: istio-proxy" + states + more + "}");
    }

    private static String ended(String state, Instant at, String reason) {
        return ", %s: {terminated: {reason: %s, exitCode: 137, finishedAt: \"%s\"}}".formatted(state, reason, at);
    }

    private LivePod pod(String annotations, String arguments, String environment, String cpu, String status) {
        return reader.read(tree(annotations, arguments, environment, cpu, status), null)
                .orElseThrow();
    }

    private static JsonNode tree(String annotations, String arguments, String environment, String cpu, String status) {
        return Pods.tree(
                """
            metadata:
              name: reviews-6d5f9c7b88-x2x7p
              namespace: shop
              uid: 5f0c
              creationTimestamp: "2026-11-20T08:00:00Z"
              labels: {app: reviews, pod-template-hash: 6d5f9c7b88}
              annotations: %s
              ownerReferences:
              - {apiVersion: apps/v1, kind: ReplicaSet, name: reviews-6d5f9c7b88, uid: 7a, controller: true}
            spec:
              initContainers:
              - {name: istio-init}
              - name: istio-proxy
                restartPolicy: Always
                image: docker.io/istio/proxyv2:1.31.0
                args: %s
                env: %s
                resources: {limits: {cpu: %s, memory: 1Gi}, requests: {memory: 128Mi}}
              containers: [{name: reviews}]
            status:
              podIP: 10.0.0.7
              initContainerStatuses:
              - {name: istio-init, state: {terminated: {exitCode: 0, reason: Completed}}}
              - %s
              containerStatuses: [{name: reviews, state: {running: {}}}]
            """
                        .formatted(annotations, arguments, environment, cpu, status));
    }
}
