package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.admission.AdmissionCase;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Guarded;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.store.KubernetesStore;
import dev.sidecarsizer.store.Onlooker;
import dev.sidecarsizer.store.SafetyNet;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The API server's own policy, with a webhook that answers and with one that does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class SafetyNetIT {

    private static final String SHOP = "net-shop";
    private static final String GOLDEN = "net-golden";
    private static final String NAME = "sidecar-sizer-safety-net";
    private static final String SIZED = "96Mi/192Mi";
    private static final String AS_IT_CAME = "128Mi/1Gi";
    private static final Path COMPONENT = Path.of("deploy", "components", "safety-net");
    private static final List<String> FILES = List.of("policy.yaml", "rbac.yaml");
    /** Of a ConfigMap. */
    private static final int LONGEST_KEY = 253;

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Nobody listens there. */
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final InstalledWebhook webhook;
    private final ControlPlane plane;

    SafetyNetIT(InstalledWebhook webhook) {
        this.webhook = webhook;
        plane = webhook.plane();
    }

    @BeforeAll
    void install() throws IOException {
        for (String file : FILES) {
            plane.apply(Files.readString(COMPONENT.resolve(file)));
        }
        plane.createNamespace(SHOP, Map.of("sidecar-sizer.dev/mode", "enforce"));
        plane.createNamespace(GOLDEN, Map.of("sidecar-sizer.dev/mode", "enforce"));
        StoredProfile.put(
                plane,
                SHOP,
                new StoredProfile("Deployment/reviews", "96Mi", "192Mi"),
                new StoredProfile("CronJob/nightly-report", "64Mi", "96Mi"));
        switchOn();
    }

    private void switchOn() {
        try (Replica keeping = Replica.start(
                webhook.installation(),
                InstalledWebhook.anyPort(),
                "--sidecar-sizer.audit.write-interval=100ms",
                "--sidecar-sizer.safety-net.enabled=true")) {
            webhook.instead(keeping.address(), () -> {
                webhook.awaitMemory(SHOP, InjectedPod.REVIEWS.json(SHOP), SIZED);
                webhook.awaitMemory(SHOP, InjectedPod.NIGHTLY_REPORT.json(SHOP), "64Mi/96Mi");
                create(InjectedPod.REVIEWS.json(SHOP));
                create(InjectedPod.NIGHTLY_REPORT.json(SHOP));
                Pause.until("it is bound", InstalledWebhook.PATIENCE, this::isBound);
                Pause.until("both are kept", InstalledWebhook.PATIENCE, () -> kept(SHOP)
                        .keySet()
                        .containsAll(List.of("Deployment_apps_reviews", "CronJob_batch_nightly-report")));
            });
        }
        away(() -> Pause.until("the policy is followed", InstalledWebhook.PATIENCE, () -> webhook.pods()
                .dryRun(SHOP, InjectedPod.REVIEWS.json(SHOP))
                .orThrow()
                .memory()
                .equals(SIZED)));
    }

    @AfterAll
    void remove() throws IOException {
        plane.admin()
                .resources(MutatingAdmissionPolicyBinding.class)
                .withName(NAME)
                .delete();
        for (String file : FILES) {
            plane.kubectl(Files.readString(COMPONENT.resolve(file)), "delete", "--ignore-not-found", "--filename", "-");
        }
    }

    @Test
    void whileNobodyAnswersAPodIsGivenWhatTheLastOneWas() {
        away(() -> {
            assertGiven(create(InjectedPod.REVIEWS.json(SHOP)), SIZED);
            assertGiven(create(InjectedPod.NIGHTLY_REPORT.json(SHOP)), "64Mi/96Mi");
        });
    }

    @Test
    void whereTheWebhookAnswersNothingDiffersFromWhatItDoesWithoutTheNet() {
        PodCreation pod = create(InjectedPod.REVIEWS.json(SHOP));

        assertThat(pod.memory()).isEqualTo(SIZED);
        assertThat(pod.annotation("sidecar-sizer.dev/bootstrap")).isPresent();
        JsonNode decision = JSON.readTree(pod.decision());
        assertThat(decision.path("reason").asString()).isEqualTo("WORKLOAD_PROFILE");
        assertThat(decision.at("/before/limit").asString()).isEqualTo("1Gi");
    }

    /** A pod that is kept bears no word of ours: the policy must not take us for absent. */
    @Test
    void aPodThatTheWebhookKeepsStaysAsItCame() {
        line("Deployment_apps_newcomer", "128Mi 1Gi 96Mi 192Mi");
        try {
            away(() -> Pause.until("the line is followed", InstalledWebhook.PATIENCE, () -> webhook.pods()
                    .dryRun(SHOP, InjectedPod.NEWCOMER.json(SHOP))
                    .orThrow()
                    .memory()
                    .equals(SIZED)));

            PodCreation pod = create(InjectedPod.NEWCOMER.json(SHOP));

            assertThat(pod.memory()).isEqualTo(AS_IT_CAME);
            assertThat(JSON.readTree(pod.decision()).path("decision").asString())
                    .isEqualTo("Keep");
        } finally {
            line("Deployment_apps_newcomer", null);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"metadata\":{\"labels\":{\"sidecar-sizer.dev/mode\":\"off\"}}}",
                "{\"metadata\":{\"labels\":{\"sidecar-sizer.dev/mode\":\"audit\"}}}",
                "{\"metadata\":{\"labels\":{\"sidecar-sizer.dev/mode\":\"disabled\"}}}",
                "{\"metadata\":{\"labels\":{\"pod-template-hash\":\"other\"}}}",
                "{\"metadata\":{\"annotations\":{\"sidecar-sizer.dev/memory-limit\":\"300Mi\"}}}",
                "{\"metadata\":{\"annotations\":{\"sidecar.istio.io/proxyMemoryLimit\":\"1Gi\"}}}",
                "{\"spec\":{\"initContainers\":[{},{\"resources\":{\"limits\":{\"memory\":\"2Gi\"}}}]}}",
                "{\"spec\":{\"initContainers\":[{},{\"args\":[\"proxy\",\"waypoint\"]}]}}",
                "{\"spec\":{\"initContainers\":[{},{\"name\":\"another\"}]}}"
            })
    void aPodThatIsNotLikeTheLastOneStaysAsItCame(String difference) {
        ObjectNode pod = InjectedPod.REVIEWS.json(SHOP);
        change(pod, JSON.readTree(difference));

        away(() -> {
            PodCreation stored = create(pod);

            assertThat(stored.comparable())
                    .isEqualTo(webhook.pods()
                            .create(InstalledWebhook.WITHOUT_US, pod)
                            .orThrow()
                            .comparable());
        });
    }

    @Test
    void whatWasNeverSizedStaysAsItCame() {
        away(() -> assertThat(create(InjectedPod.NEWCOMER.json(SHOP)).memory()).isEqualTo(AS_IT_CAME));
    }

    @Test
    void aWorkloadThatNeedsMoreThanItsLastPodWasGivenIsLeftAsItComes() {
        WorkloadKey reviews = new WorkloadKey("net-raised", "apps", "Deployment", "reviews");
        plane.createNamespace(reviews.namespace(), Map.of("sidecar-sizer.dev/mode", "enforce"));
        try (KubernetesStore store = new KubernetesStore(
                plane.admin(), Installation.NAMESPACE, Onlooker.NONE, new SafetyNet(plane.admin(), Mode.ENFORCE))) {
            store.sink().add(reviews, List.of(sized("128Mi", "1Gi", "96Mi", "192Mi")));
            assertThat(kept(reviews.namespace())).containsEntry("Deployment_apps_reviews", "128Mi 1Gi 96Mi 192Mi");

            store.histories().write(learnt(reviews, "192Mi"));
            assertThat(kept(reviews.namespace())).isNotEmpty();
            store.histories().write(learnt(reviews, "230Mi"));
            assertThat(kept(reviews.namespace())).isEmpty();
        }
    }

    /** One for all would size more than the share. */
    @Test
    void aWorkloadOfWhichAShareIsSizedHasNoLineUntilItsRolloutIsComplete() {
        WorkloadKey reviews = new WorkloadKey("net-rollout", "apps", "Deployment", "reviews");
        plane.createNamespace(reviews.namespace(), Map.of("sidecar-sizer.dev/mode", "enforce"));
        DecisionTally resize = sized("128Mi", "1Gi", "96Mi", "192Mi");
        try (KubernetesStore store = new KubernetesStore(
                plane.admin(), Installation.NAMESPACE, Onlooker.NONE, new SafetyNet(plane.admin(), Mode.ENFORCE))) {
            store.sink().add(reviews, List.of(resize));
            assertThat(kept(reviews.namespace())).isNotEmpty();

            store.histories().write(rollingOut(reviews, true));
            assertThat(kept(reviews.namespace())).as("as soon as it begins").isEmpty();
            store.sink().add(reviews, List.of(resize));
            assertThat(kept(reviews.namespace())).as("whatever is decided").isEmpty();

            store.histories().write(rollingOut(reviews, false));
            store.sink().add(reviews, List.of(resize));
            assertThat(kept(reviews.namespace())).as("once it is complete").isNotEmpty();
        }
    }

    @Test
    void aDecisionToKeepTakesTheEntryAway() {
        WorkloadKey reviews = new WorkloadKey("net-kept", "apps", "Deployment", "reviews");
        plane.createNamespace(reviews.namespace(), Map.of("sidecar-sizer.dev/mode", "enforce"));
        try (KubernetesStore store = new KubernetesStore(
                plane.admin(), Installation.NAMESPACE, Onlooker.NONE, new SafetyNet(plane.admin(), Mode.ENFORCE))) {
            DecisionTally resize = sized("128Mi", "1Gi", "96Mi", "192Mi");
            store.sink().add(reviews, List.of(resize));
            assertThat(kept(reviews.namespace())).isNotEmpty();

            store.sink()
                    .add(
                            reviews,
                            List.of(new DecisionTally(
                                    Mode.ENFORCE,
                                    "Keep",
                                    "STALE",
                                    1,
                                    resize.lastSeen().plusSeconds(1),
                                    resize.before(),
                                    null)));
            assertThat(kept(reviews.namespace())).isEmpty();
        }
    }

    /** What the webhook decides of each golden pod, the API server does of it alone, or nothing. */
    @Test
    void sizesGoldenPodsAsTheWebhookDoes() {
        List<Golden> golden = AdmissionCase.all().stream()
                .flatMap(one -> Golden.of(one).stream())
                .filter(one -> webhook.pods().dryRun(GOLDEN, one.pod()).accepted())
                .toList();
        List<Golden> covered = golden.stream().filter(Golden::isCovered).toList();
        assertThat(covered).hasSizeGreaterThan(40);
        try (KubernetesStore store = new KubernetesStore(
                plane.admin(), Installation.NAMESPACE, Onlooker.NONE, new SafetyNet(plane.admin(), Mode.ENFORCE))) {
            away(() -> {
                for (int i = 0; i < golden.size(); i++) {
                    Golden one = golden.get(i);
                    // many are of the same workload: each is decided after the others
                    store.sink().add(one.workload(), List.of(one.tally(NOON.plusSeconds(i))));
                    if (covered.contains(one)) {
                        assertSizedAlone(one);
                    } else {
                        assertThat(webhook.pods()
                                        .dryRun(GOLDEN, one.pod())
                                        .orThrow()
                                        .decision())
                                .as(one.name())
                                .doesNotContain("SAFETY_NET");
                    }
                }
            });
        }
    }

    private void assertSizedAlone(Golden golden) {
        String memory = memory(Objects.requireNonNull(golden.tally().after()));

        Pause.until(golden.name() + " gets " + memory, InstalledWebhook.PATIENCE, () -> webhook.pods()
                .dryRun(GOLDEN, golden.pod())
                .orThrow()
                .memory()
                .equals(memory));
    }

    /** Otherwise pods that admission leaves alone under the brake would be sized by the API server. */
    @Test
    void theBrakeHoldsTheNetToo() {
        try (Replica keeping = Replica.start(
                webhook.installation(), InstalledWebhook.anyPort(), "--sidecar-sizer.safety-net.enabled=true")) {
            brake("audit");
            try {
                Pause.until("it is held", InstalledWebhook.PATIENCE, () -> !isBound());
            } finally {
                brake("enforce");
            }
            Pause.until("it is bound again", InstalledWebhook.PATIENCE, this::isBound);
            assertThat(keeping.readiness(webhook.installation().tls())).isEqualTo(200);
        }
        away(() -> Pause.until("the policy is followed again", InstalledWebhook.PATIENCE, () -> webhook.pods()
                .dryRun(SHOP, InjectedPod.REVIEWS.json(SHOP))
                .orThrow()
                .memory()
                .equals(SIZED)));
    }

    /** Nobody keeps its lines up to date then. */
    @Test
    void switchedOffItGivesNothingUntilItIsSwitchedOnAgain() {
        try (Replica off = Replica.start(webhook.installation(), InstalledWebhook.anyPort())) {
            Pause.until(
                    "it is held, and has no lines",
                    InstalledWebhook.PATIENCE,
                    () -> !isBound() && kept(SHOP).isEmpty());
            away(() -> Pause.until("pods stay as they came", InstalledWebhook.PATIENCE, () -> webhook.pods()
                    .dryRun(SHOP, InjectedPod.REVIEWS.json(SHOP))
                    .orThrow()
                    .memory()
                    .equals(AS_IT_CAME)));
            assertThat(off.readiness(webhook.installation().tls())).isEqualTo(200);
        }
        switchOn();
    }

    /** As a replica would have written it, when it decided otherwise. */
    private void line(String workload, @Nullable String entry) {
        plane.admin()
                .configMaps()
                .inNamespace(SHOP)
                .withName(NAME)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        JSON.writeValueAsString(Map.of("data", Collections.singletonMap(workload, entry))));
    }

    private void brake(String mode) {
        Installation.say(plane, "mode", "\"" + mode + "\"");
    }

    private boolean isBound() {
        MutatingAdmissionPolicyBinding binding = plane.admin()
                .resources(MutatingAdmissionPolicyBinding.class)
                .withName(NAME)
                .get();
        return binding != null && binding.getSpec().getMatchResources() == null;
    }

    private void away(Runnable meanwhile) {
        webhook.service().carryTo(List.of(NOWHERE));
        webhook.service().cut();
        try {
            meanwhile.run();
        } finally {
            webhook.putBack();
        }
    }

    private PodCreation create(ObjectNode pod) {
        return webhook.pods().create(SHOP, pod).orThrow();
    }

    private Map<String, String> kept(String namespace) {
        return Optional.ofNullable(plane.admin()
                        .configMaps()
                        .inNamespace(namespace)
                        .withName(NAME)
                        .get())
                .map(net -> Optional.ofNullable(net.getData()).orElse(Map.of()))
                .orElse(Map.of());
    }

    private static void assertGiven(PodCreation pod, String memory) {
        assertThat(pod.memory()).isEqualTo(memory);
        assertThat(JSON.readTree(pod.decision()).path("reason").asString()).isEqualTo("SAFETY_NET");
        assertThat(pod.annotation("sidecar-sizer.dev/bootstrap")).isEmpty();
    }

    private static String memory(Memory memory) {
        return memory.request() + "/" + memory.limit();
    }

    private static DecisionTally sized(String request, String limit, String newRequest, String newLimit) {
        return new DecisionTally(
                Mode.ENFORCE,
                "Resize",
                "WORKLOAD_PROFILE",
                1,
                NOON,
                new Memory(Bytes.parse(request), Bytes.parse(limit)),
                new Memory(Bytes.parse(newRequest), Bytes.parse(newLimit)));
    }

    private static Learnt learnt(WorkloadKey workload, String limit) {
        return new Learnt(
                OfWorkload.whole(workload),
                null,
                "history",
                new Recommendation(Bytes.mebi(96), Bytes.parse(limit), null),
                null,
                ProxyFacts.UNKNOWN,
                List.of(),
                Running.NONE,
                Guarded.NOT_YET,
                List.of(),
                Finding.All.NONE);
    }

    private static Learnt rollingOut(WorkloadKey workload, boolean still) {
        Learnt learnt = learnt(workload, "192Mi");
        return new Learnt(
                learnt.subject(),
                null,
                "history, rolling out " + still,
                learnt.recommendation(),
                null,
                learnt.facts(),
                List.of(),
                Running.NONE,
                Guarded.NOT_YET,
                List.of(new Condition(
                        "RollingOut", still, still ? "Trying" : "Complete", "10 % of new pods are sized")),
                Finding.All.NONE);
    }

    /** Fields of objects are merged, lists element by element. */
    private static void change(JsonNode into, JsonNode difference) {
        if (difference.isArray()) {
            for (int i = 0; i < difference.size(); i++) {
                change(into.get(i), difference.get(i));
            }
            return;
        }
        difference.propertyStream().forEach(field -> {
            JsonNode there = into.path(field.getKey());
            if (field.getValue().isValueNode()
                    || there.isMissingNode()
                    || field.getKey().equals("args")) {
                ((ObjectNode) into).set(field.getKey(), field.getValue());
            } else {
                change(there, field.getValue());
            }
        });
    }

    /**
     * A golden pod that the webhook sizes.
     *
     * @param pod in the namespace of this test
     */
    private record Golden(String name, WorkloadKey workload, DecisionTally tally, ObjectNode pod) {

        DecisionTally tally(Instant lastSeen) {
            return new DecisionTally(
                    tally.mode(), tally.decision(), tally.reason(), 1, lastSeen, tally.before(), tally.after());
        }

        static Optional<Golden> of(AdmissionCase golden) {
            Map<WorkloadKey, DecisionTally> decided = new HashMap<>();
            golden.decide(decided::put);
            return decided.entrySet().stream()
                    .filter(entry -> entry.getValue().mode() == Mode.ENFORCE
                            && entry.getValue().after() != null)
                    .findFirst()
                    .map(entry -> new Golden(
                            golden.toString(), moved(entry.getKey()), entry.getValue(), moved(golden.pod())));
        }

        /** By docs/safety-net.md: made by the controller that names the workload, and its owner says nothing of it. */
        boolean isCovered() {
            Memory after = Objects.requireNonNull(tally.after());
            boolean whole = Stream.of(tally.before(), after)
                    .allMatch(memory -> memory.request() != null && memory.limit() != null);
            String key = workload.kind() + "_" + workload.group() + "_" + workload.name();
            return whole
                    && key.length() <= LONGEST_KEY
                    && pod.at("/metadata/ownerReferences/0/controller").asBoolean(false)
                    && !name.contains("group")
                    && !workload.kind().equals("Job")
                    && pod.at("/metadata/annotations").propertyNames().stream()
                            .noneMatch(word -> word.startsWith("sidecar-sizer.dev/")
                                    || word.startsWith("sidecar.istio.io/proxyMemory"));
        }

        private static WorkloadKey moved(WorkloadKey workload) {
            return new WorkloadKey(GOLDEN, workload.group(), workload.kind(), workload.name());
        }

        private static ObjectNode moved(JsonNode pod) {
            ObjectNode moved = (ObjectNode) pod.deepCopy();
            moved.withObject("/metadata").put("namespace", GOLDEN);
            return moved;
        }
    }
}
