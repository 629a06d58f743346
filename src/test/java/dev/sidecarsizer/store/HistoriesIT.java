package dev.sidecarsizer.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Autoscaler.Metric;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Finding.Confidence;
import dev.sidecarsizer.profile.Finding.Evidence;
import dev.sidecarsizer.profile.Finding.Unjudged;
import dev.sidecarsizer.profile.Guarded;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.Learnt.Condition;
import dev.sidecarsizer.profile.Learnt.Daily;
import dev.sidecarsizer.profile.Learnt.Measured;
import dev.sidecarsizer.profile.Learnt.Owner;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.ProfileSink;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import dev.sidecarsizer.profile.ProxyMemory;
import dev.sidecarsizer.profile.ProxyOverload;
import dev.sidecarsizer.profile.ProxyRuntime;
import dev.sidecarsizer.profile.ProxyTraffic;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.Subject.OfMesh;
import dev.sidecarsizer.profile.Subject.OfNamespace;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.Verdict;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the leader keeps and shows in a real API server, beside replicas that count decisions in the same profiles. */
@ExtendWith(SharedControlPlane.class)
class HistoriesIT {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String OURS = "histories-ours";
    private static final ProxyFacts FACTS = new ProxyFacts(
            new ProxyRuntime("1.31.0", "docker.io/istio/proxyv2:1.31.0", 2, true),
            new ProxyMemory(Bytes.mebi(41), Bytes.mebi(96), Bytes.mebi(64), Bytes.mebi(38)),
            new ProxyLoad(120L, 87.654),
            new ProxyTraffic(false, List.of("details.shop.svc.cluster.local", "ratings.shop.svc.cluster.local")),
            new ProxyOverload(0.12345, 1.04321, 45.678),
            Makeup.UNKNOWN.withClusters(1009L));

    private static final List<Autoscaler> AUTOSCALERS = List.of(
            new Autoscaler(
                    Autoscaler.HORIZONTAL,
                    "reviews",
                    List.of("memory"),
                    null,
                    List.of(
                            new Metric("Resource", "memory", null, "Utilization"),
                            new Metric("ContainerResource", "cpu", "app", "AverageValue"),
                            new Metric("External", null, null, null))),
            new Autoscaler(Autoscaler.VERTICAL, "reviews", List.of("cpu", "memory"), "Initial", List.of()));

    private static final Finding NEAR = new Finding(
            "NearLimit",
            null,
            Confidence.MEASURED,
            "the peak is 93 % of the limit",
            List.of(new Evidence("peak", "119 MiB", "status.observed.peak")),
            "kubectl label namespace shop sidecar-sizer.dev/mode=enforce",
            true);
    private static final Finding OVER = new Finding(
            "OverProvisioned",
            Bytes.mebi(64),
            Confidence.MEASURED,
            "the proxy asks for 128Mi",
            List.of(),
            "none",
            false);

    private final ControlPlane plane;
    private final List<KubernetesClient> clients = new ArrayList<>();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final RememberedProfiles known = new RememberedProfiles(OURS);

    HistoriesIT(ControlPlane plane) {
        this.plane = plane;
        plane.applyKinds();
    }

    @AfterEach
    void close() {
        clients.forEach(KubernetesClient::close);
    }

    @Test
    void whatIsWrittenIsReadByTheNextLeaderAndShownInTheProfile() {
        plane.createNamespace("histories-kept", Map.of());
        Owner owner = deploymentIn("histories-kept", "reviews");
        Learnt learnt = learnt(whole("histories-kept", "reviews"), owner, "history of reviews", 192);

        leader().write(learnt);

        assertThat(read(leader())).containsEntry(learnt.subject(), "history of reviews");
        GenericKubernetesResource profile = profile("histories-kept", "deployment-reviews");
        assertThat(profile.<Map<String, Object>>get("spec", "workload"))
                .isEqualTo(Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "reviews"));
        assertThat(profile.getMetadata().getOwnerReferences()).singleElement().satisfies(reference -> {
            assertThat(reference.getUid()).isEqualTo(owner.uid());
            assertThat(reference.getController()).isNull();
            assertThat(reference.getBlockOwnerDeletion()).isNull();
        });
        assertThat(profile.<Map<String, Object>>get("status", "recommendation"))
                .isEqualTo(Map.of("memoryRequest", "96Mi", "memoryLimit", "192Mi", "idleTimeout", "300s"));
        assertThat(profile.<Map<String, Object>>get("status", "observed"))
                .containsEntry("peak", "151Mi")
                .containsEntry(
                        "daily",
                        Map.of(
                                "through",
                                "2026-11-20",
                                "peaks",
                                List.of("140Mi", "0", "151Mi"),
                                "kills",
                                List.of(0, 0, 1)))
                .containsEntry("lastSample", "2026-11-20T12:00:00Z")
                .containsEntry("pods", 3);
        assertThat(profile.<Map<String, Object>>get("status", "proxy"))
                .isEqualTo(Map.of(
                        "version",
                        "1.31.0",
                        "image",
                        "docker.io/istio/proxyv2:1.31.0",
                        "concurrency",
                        2,
                        "nativeSidecar",
                        true,
                        "rawTcp",
                        false));
        assertThat(profile.<Map<String, Object>>get("status", "facts"))
                .containsEntry("agent", "38Mi")
                .containsEntry("clusters", 1009)
                .containsEntry("requestRate", 87.7)
                .containsEntry("shedding", 0.123)
                .containsEntry("pressure", 1.043)
                .containsEntry("shrinksPerHour", 45.7)
                .containsEntry("destinations", FACTS.traffic().destinations());
        assertThat(history("histories-kept", learnt.subject()).getMetadata().getOwnerReferences())
                .as("a history outlives its workload")
                .isEmpty();
        known.remember(stored(profile));
        assertThat(requireNonNull(known.of(workload("histories-kept", "reviews"), null, 2)
                                .workload())
                        .recommendation())
                .isEqualTo(learnt.recommendation());
    }

    @Test
    void partsOfAWorkloadAndPriorsAreKeptEachByItself() {
        plane.createNamespace("histories-parts", Map.of());
        plane.createNamespace(OURS, Map.of());
        WorkloadKey reviews = workload("histories-parts", "reviews");
        List<Subject> subjects = List.of(
                OfWorkload.whole(reviews),
                new OfWorkload(reviews, "7d9f8b6c5", null),
                new OfWorkload(reviews, null, 4),
                new OfWorkload(reviews, "7d9f8b6c5", 4),
                // the same words in another order
                OfWorkload.whole(workload("histories-parts", "reviews-7d9f8b6c5")),
                OfWorkload.whole(new WorkloadKey("histories-parts", "example.org", "Deployment", "reviews")),
                OfWorkload.whole(workload("histories-parts", "a".repeat(242))),
                new OfNamespace("histories-parts"),
                new OfMesh());
        KubernetesHistories leader = leader();
        Map<Subject, String> expected = new HashMap<>();
        for (Subject subject : subjects) {
            expected.put(subject, "history of " + subject.hashCode());
            leader.write(learnt(subject, null, "history of " + subject.hashCode(), 192));
        }

        assertThat(read(leader())).containsAllEntriesOf(expected);
        // the schema and the reader agree on all of them
        List<GenericKubernetesResource> profiles = plane.admin()
                .genericKubernetesResources(Applied.PROFILES)
                .inNamespace("histories-parts")
                .list()
                .getItems();
        assertThat(profiles).hasSize(subjects.size() - 1);
        profiles.forEach(profile -> known.remember(stored(profile)));
        var lineage = known.of(reviews, "7d9f8b6c5", 4);
        assertThat(lineage.revisionStratum()).isNotNull();
        assertThat(lineage.revision()).isNotNull();
        assertThat(lineage.stratum()).isNotNull();
        assertThat(lineage.workload()).isNotNull();
        assertThat(lineage.namespace()).isNotNull();
        assertThat(known.faults().count()).isZero();
    }

    @Test
    void manyHistoriesAreReadPageByPage() {
        plane.createNamespace("histories-pages", Map.of());
        Applied applied = new Applied(client());
        try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
            IntStream.range(0, 1010)
                    .forEach(i -> writers.execute(() -> applied.apply(
                            Applied.HISTORIES, history(whole("histories-pages", "reviews-" + i), "history " + i))));
        }

        Map<Subject, String> read = read(leader());

        assertThat(read)
                .containsEntry(whole("histories-pages", "reviews-0"), "history 0")
                .containsEntry(whole("histories-pages", "reviews-1009"), "history 1009");
        assertThat(read.keySet().stream().filter(subject -> subject.toString().contains("histories-pages")))
                .hasSize(1010);
    }

    /** Both ways: neither loses a field of the other's, nor takes it over. */
    @Test
    void leaderAndReplicasLoseNothingOfEachOthers() throws Exception {
        plane.createNamespace("histories-race", Map.of());
        Owner owner = deploymentIn("histories-race", "reviews");
        Subject reviews = whole("histories-race", "reviews");
        KubernetesHistories leader = leader();
        List<ProfileSink> replicas = List.of(replica(), replica());
        int writes = 40;
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < writes; i++) {
                ProfileSink replica = replicas.get(i % 2);
                done.add(writers.submit(() -> replica.add(workload("histories-race", "reviews"), List.of(keep(3)))));
            }
            for (int i = 0; i < writes; i++) {
                int limit = 200 + i;
                done.add(writers.submit(() -> leader.write(learnt(reviews, owner, "history " + limit, limit))));
            }
        }
        for (Future<?> write : done) {
            write.get();
        }
        leader.write(learnt(reviews, owner, "the last", 777));
        replicas.getFirst().add(workload("histories-race", "reviews"), List.of(keep(3)));

        GenericKubernetesResource profile = profile("histories-race", "deployment-reviews");
        assertThat(count(profile)).isEqualTo(writes * 3L + 3);
        assertThat(profile.<String>get("status", "recommendation", "memoryLimit"))
                .isEqualTo("777Mi");
        assertThat(read(leader())).containsEntry(reviews, "the last");
        assertThat(managersOf(profile, "f:decisions")).containsExactly("sidecar-sizer");
        assertThat(managersOf(profile, "f:recommendation")).containsExactly(Applied.FIELD_MANAGER);
        assertThat(managersOf(profile, "f:facts")).containsExactly(Applied.FIELD_MANAGER);

        leader.write(learnt(reviews, owner, "withdrawn", null));
        replicas.getLast().add(workload("histories-race", "reviews"), List.of(keep(3)));

        GenericKubernetesResource without = profile("histories-race", "deployment-reviews");
        assertThat(without.<Object>get("status", "recommendation")).isNull();
        assertThat(without.<Object>get("status", "observed")).isNotNull();
        assertThat(count(without)).isEqualTo(writes * 3L + 6);
    }

    @Test
    void whatDidNotChangeIsNotWrittenAgainNorByTheNextLeader() {
        plane.createNamespace("histories-quiet", Map.of());
        Owner owner = deploymentIn("histories-quiet", "reviews");
        Learnt learnt = learnt(whole("histories-quiet", "reviews"), owner, "history", 192);
        KubernetesHistories leader = leader();
        leader.write(learnt);
        String profile = version(profile("histories-quiet", "deployment-reviews"));
        String history = version(history("histories-quiet", learnt.subject()));

        KubernetesClient closed = client();
        KubernetesHistories deaf = new KubernetesHistories(closed, known, OURS, now::get, null);
        deaf.write(learnt);
        known.remember(stored(profile("histories-quiet", "deployment-reviews")));
        closed.close();
        assertThatCode(() -> deaf.write(learnt))
                .as("the same leader asks nobody")
                .doesNotThrowAnyException();
        now.set(NOON.plusSeconds(3600));
        leader().write(learnt);

        assertThat(version(profile("histories-quiet", "deployment-reviews"))).isEqualTo(profile);
        assertThat(version(history("histories-quiet", learnt.subject()))).isEqualTo(history);
    }

    @Test
    void aConditionKeepsItsTimeWhileItHolds() {
        plane.createNamespace("histories-times", Map.of());
        Subject reviews = whole("histories-times", "reviews");
        leader().write(learnt(reviews, null, "one", 192));
        now.set(NOON.plusSeconds(60));
        leader().write(learnt(reviews, null, "two", 192));

        assertThat(times(profile("histories-times", "deployment-reviews")))
                .containsExactlyInAnyOrder("Ready True 2026-11-20T12:00:00Z", "Stale False 2026-11-20T12:00:00Z");

        Learnt stale = learnt(reviews, null, "three", 192);
        leader().write(new Learnt(
                stale.subject(),
                null,
                stale.history(),
                stale.recommendation(),
                stale.measured(),
                stale.facts(),
                stale.autoscalers(),
                Running.NONE,
                Guarded.NOT_YET,
                List.of(new Condition("Stale", true, "NoSamples", "none for 7 days")),
                Finding.All.NONE));

        assertThat(times(profile("histories-times", "deployment-reviews")))
                .as("a condition that is not said any more is gone")
                .containsExactly("Stale True 2026-11-20T12:01:00Z");
    }

    /** Each write of the leader is cut off in turn, as if it were killed then; whoever leads next writes it again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aWriteWhoseAnswerIsLostIsRepeatedWithoutHarm(int losses) throws Exception {
        String namespace = "histories-lossy-" + losses;
        plane.createNamespace(namespace, Map.of());
        Owner owner = deploymentIn(namespace, "reviews");
        Learnt learnt = learnt(whole(namespace, "reviews"), owner, "history", 192);
        replica().add(workload(namespace, "reviews"), List.of(keep(5)));
        try (TamperedWire wire = TamperedWire.losingAnswersToPatches(plane, losses);
                KubernetesClient client = ApiClient.of(wire.config())) {
            for (int i = 0; i < losses; i++) {
                KubernetesHistories killed = new KubernetesHistories(client, known, OURS, now::get, null);
                assertThatThrownBy(() -> killed.write(learnt)).isInstanceOf(RuntimeException.class);
            }
            assertThat(read(leader()))
                    .as("what was learnt is kept by the first write")
                    .containsEntry(learnt.subject(), "history");
            KubernetesHistories next = new KubernetesHistories(client, known, OURS, now::get, null);
            next.write(learnt);
            assertThat(wire.done()).isEqualTo(losses);
        }

        GenericKubernetesResource profile = profile(namespace, "deployment-reviews");
        assertThat(profile.<String>get("status", "recommendation", "memoryLimit"))
                .isEqualTo("192Mi");
        assertThat(profile.getMetadata().getOwnerReferences()).hasSize(1);
        assertThat(times(profile)).hasSize(2);
        assertThat(count(profile)).isEqualTo(5);
        assertThat(plane.admin()
                        .genericKubernetesResources(Applied.HISTORIES)
                        .inNamespace(namespace)
                        .list()
                        .getItems())
                .hasSize(1);
    }

    @Test
    void aProfileThatSomebodyElseWroteIsLeftAloneUntilItIsHandedOver() {
        plane.createNamespace("histories-hand", Map.of());
        Profiles.put(plane, "histories-hand", "written-by-hand", "reviews", "333Mi");
        known.remember(stored(profile("histories-hand", "written-by-hand")));
        String before = version(profile("histories-hand", "written-by-hand"));
        Learnt learnt = learnt(whole("histories-hand", "reviews"), null, "history", 192);

        leader().write(learnt);
        leader().forget(learnt.subject());
        leader().write(learnt);

        assertThat(version(profile("histories-hand", "written-by-hand"))).isEqualTo(before);
        assertThat(Profiles.at(plane, "histories-hand", "deployment-reviews").get())
                .isNull();
        assertThat(read(leader())).containsKey(learnt.subject());

        annotate("histories-hand", "written-by-hand", "true");
        leader().write(learnt);

        GenericKubernetesResource handedOver = profile("histories-hand", "written-by-hand");
        assertThat(handedOver.<String>get("status", "recommendation", "memoryLimit"))
                .isEqualTo("192Mi");

        leader().write(learnt(learnt.subject(), null, "withdrawn", null));

        assertThat(profile("histories-hand", "written-by-hand").<Object>get("status", "recommendation"))
                .isNull();

        annotate("histories-hand", "written-by-hand", "false");
        leader().write(learnt);

        assertThat(profile("histories-hand", "written-by-hand").<Object>get("status", "recommendation"))
                .isNull();
    }

    @Test
    void theGuardsWordHoldsForWhoeverRecommendsUnlessThatIsForbidden() {
        plane.createNamespace("histories-guard", Map.of());
        Profiles.put(plane, "histories-guard", "written-by-hand", "reviews", "333Mi");
        known.remember(stored(profile("histories-guard", "written-by-hand")));
        Learnt fine = learnt(whole("histories-guard", "reviews"), null, "history", 192);
        Learnt withdrawn = guarded(fine, new Withdraw(NOON, NOON.plusSeconds(86_400), 1, "3 kernel kills"));

        leader().write(withdrawn);

        GenericKubernetesResource told = profile("histories-guard", "written-by-hand");
        assertThat(told.<String>get("status", "guard", "verdict")).isEqualTo("Withdraw");
        assertThat(told.<String>get("status", "recommendation", "memoryLimit")).isEqualTo("333Mi");
        leader().write(withdrawn);
        assertThat(version(profile("histories-guard", "written-by-hand"))).isEqualTo(version(told));

        leader().write(guarded(fine, Verdict.FINE));
        assertThat(profile("histories-guard", "written-by-hand").<Object>get("status", "guard"))
                .isNull();

        annotate("histories-guard", "written-by-hand", "false");
        leader().write(withdrawn);
        assertThat(profile("histories-guard", "written-by-hand").<Object>get("status", "guard"))
                .isNull();
    }

    @Test
    void theGuardsWordTakesNothingElseFromAProfileThatAPersonTookOver() {
        plane.createNamespace("histories-taken-over", Map.of());
        Learnt fine = learnt(whole("histories-taken-over", "reviews"), null, "history", 192);
        leader().write(fine);
        GenericKubernetesResource ours = profile("histories-taken-over", "deployment-reviews");
        Object observed = ours.get("status", "observed");
        assertThat(observed).isNotNull();
        ours.<Map<String, Object>>get("status", "recommendation").put("memoryLimit", "333Mi");
        plane.admin().resource(ours).updateStatus();
        Learnt withdrawn = guarded(fine, new Withdraw(NOON, NOON.plusSeconds(86_400), 1, "3 kernel kills"));

        leader().write(withdrawn);

        GenericKubernetesResource told = profile("histories-taken-over", "deployment-reviews");
        assertThat(told.<String>get("status", "guard", "verdict")).isEqualTo("Withdraw");
        assertThat(told.<String>get("status", "recommendation", "memoryLimit")).isEqualTo("333Mi");
        assertThat(told.<Object>get("status", "observed")).isEqualTo(observed);

        annotate("histories-taken-over", "deployment-reviews", "true");
        leader().write(fine);

        assertThat(profile("histories-taken-over", "deployment-reviews").<Object>get("status", "guard"))
                .isNull();
    }

    @Test
    void whatIsForgottenIsGoneAndMayBeForgottenAgain() {
        plane.createNamespace("histories-gone", Map.of());
        Learnt learnt = learnt(whole("histories-gone", "reviews"), null, "history", 192);
        Learnt revision =
                learnt(new OfWorkload(workload("histories-gone", "reviews"), "5d8f", null), null, "history", 192);
        KubernetesHistories leader = leader();
        leader.write(learnt);
        leader.write(revision);

        leader.forget(revision.subject());

        assertThat(read(leader())).containsKey(learnt.subject()).doesNotContainKey(revision.subject());
        assertThat(Profiles.at(plane, "histories-gone", "deployment-reviews").get())
                .isNotNull();

        leader.forget(learnt.subject());
        leader.forget(learnt.subject());

        assertThat(read(leader())).doesNotContainKey(learnt.subject());
        assertThat(Profiles.at(plane, "histories-gone", "deployment-reviews").get())
                .isNull();

        leader.write(learnt);

        assertThat(read(leader())).containsKey(learnt.subject());
    }

    @Test
    void aWorkloadMadeAgainOwnsItsProfileAnew() {
        plane.createNamespace("histories-again", Map.of());
        Subject reviews = whole("histories-again", "reviews");
        Owner first = deploymentIn("histories-again", "reviews");
        leader().write(learnt(reviews, first, "one", 192));
        plane.admin()
                .apps()
                .deployments()
                .inNamespace("histories-again")
                .withName("reviews")
                .delete();
        Owner second = deploymentIn("histories-again", "reviews");

        leader().write(learnt(reviews, second, "two", 192));
        leader().write(learnt(reviews, null, "three", 192));

        assertThat(profile("histories-again", "deployment-reviews")
                        .getMetadata()
                        .getOwnerReferences())
                .extracting(reference -> reference.getUid())
                .containsExactly(second.uid());
    }

    @Test
    void whatTheSchemaWouldRefuseDoesNotCostTheRecommendation() {
        plane.createNamespace("histories-bounds", Map.of());
        List<String> hosts = new ArrayList<>(List.of("", "h".repeat(254)));
        IntStream.range(0, 80).forEach(i -> hosts.add("host-" + i));
        ProxyFacts strange = ProxyFacts.lasting(null, hosts)
                .with(new ProxyRuntime("v".repeat(200), "i".repeat(2000), 9999, null))
                .with(ProxyMemory.UNKNOWN.withAllocated(new Bytes(1L << 50)))
                .with(new ProxyLoad(-1L, -1.0))
                .with(new ProxyOverload(1.5, Double.POSITIVE_INFINITY, -1.0));
        Learnt sound = learnt(whole("histories-bounds", "reviews"), null, "history", 192);
        leader().write(new Learnt(
                sound.subject(),
                null,
                sound.history(),
                new Recommendation(Bytes.mebi(1), Bytes.mebi(2), null),
                sound.measured(),
                strange,
                List.of(new Autoscaler(
                        Autoscaler.HORIZONTAL,
                        "keda",
                        List.of(),
                        null,
                        List.of(new Metric("T".repeat(100), null, null, null)))),
                Running.NONE,
                Guarded.NOT_YET,
                List.of(new Condition("Ready", true, "Enough", "m".repeat(5000))),
                Finding.All.NONE));

        GenericKubernetesResource profile = profile("histories-bounds", "deployment-reviews");
        assertThat(profile.<String>get("status", "recommendation", "memoryLimit"))
                .isEqualTo("16Mi");
        assertThat(profile.<List<String>>get("status", "facts", "destinations")).hasSize(64);
        assertThat(profile.<String>get("status", "facts", "allocated")).isEqualTo("1Ti");
        assertThat(profile.<Object>get("status", "facts", "requestRate")).isNull();
        assertThat(profile.<Object>get("status", "facts", "shedding")).isNull();
        assertThat(profile.<Object>get("status", "facts", "pressure")).isNull();
        assertThat(profile.<Object>get("status", "facts", "shrinksPerHour")).isNull();
        assertThat(profile.<Object>get("status", "proxy")).isNull();
    }

    @Test
    void whatCannotBeKeptIsRefusedForGood() {
        Learnt nowhere = learnt(whole("histories-nowhere", "reviews"), null, "history", 192);
        assertThatThrownBy(() -> leader().write(nowhere))
                .isInstanceOf(ProfileSink.Refused.class)
                .hasMessage("404: namespaces \"histories-nowhere\" not found");

        plane.createNamespace("histories-large", Map.of());
        Learnt large = learnt(whole("histories-large", "reviews"), null, "h".repeat(Learnt.LARGEST_HISTORY + 1), 192);
        assertThatThrownBy(() -> leader().write(large))
                .isInstanceOf(ProfileSink.Refused.class)
                .hasMessageStartingWith("422: ")
                .hasMessageContaining("data");

        leader().write(learnt(whole("histories-large", "reviews"), null, "h".repeat(Learnt.LARGEST_HISTORY), 192));
    }

    @Test
    void aHistoryThatCannotBeReadIsLeftOutAndTheOthersAreRead() {
        plane.createNamespace("histories-broken", Map.of());
        Learnt learnt = learnt(whole("histories-broken", "reviews"), null, "history", 192);
        leader().write(learnt);
        plane.apply(
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarHistory
                metadata: {name: copied, namespace: histories-broken}
                spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}}
                data: somebody's copy
                ---
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarHistory
                metadata: {name: mesh, namespace: histories-broken}
                spec: {scope: Mesh}
                data: not ours
                """);

        assertThat(read(leader())).containsEntry(learnt.subject(), "history").doesNotContainValue("not ours");
        Map<Subject, String> looked = new HashMap<>();
        leader().look(looked::put);
        assertThat(looked).containsEntry(learnt.subject(), "history").doesNotContainValue("not ours");
    }

    @Test
    void anOomKillIsToldOnTheWorkloadOnceInTenMinutes() {
        plane.createNamespace("histories-told", Map.of());
        Owner owner = deploymentIn("histories-told", "reviews");
        KubernetesHistories leader = leader();
        WorkloadKey reviews = workload("histories-told", "reviews");

        leader.tell(reviews, owner, "SidecarOOMKilled", "istio-proxy was killed at 128Mi");
        leader.tell(reviews, owner, "SidecarOOMKilled", "once more");
        leader.tell(reviews, owner, "SidecarMemoryGrows", "by 10 MiB a day");

        assertThat(events("histories-told"))
                .containsExactlyInAnyOrder(
                        "Warning SidecarOOMKilled 1 istio-proxy was killed at 128Mi",
                        "Warning SidecarMemoryGrows 1 by 10 MiB a day");
        assertThat(plane.kubectl("", "describe", "deployment", "reviews", "-n", "histories-told")
                        .out())
                .contains("SidecarOOMKilled", "sidecar-sizer");

        now.set(NOON.plus(Duration.ofMinutes(11)));
        leader.tell(reviews, owner, "SidecarOOMKilled", "a third time");

        assertThat(events("histories-told"))
                .contains("Warning SidecarOOMKilled 3 a third time")
                .hasSize(2);

        plane.admin().v1().events().inNamespace("histories-told").delete();
        now.set(NOON.plus(Duration.ofMinutes(90)));
        leader.tell(reviews, owner, "SidecarOOMKilled", "after the Event expired");

        assertThat(events("histories-told")).containsExactly("Warning SidecarOOMKilled 1 after the Event expired");
    }

    @Test
    void aFindingKeepsItsTimeAndIsToldWhenItFirstAppears() {
        plane.createNamespace("histories-findings", Map.of());
        Owner owner = deploymentIn("histories-findings", "reviews");
        OfWorkload reviews = (OfWorkload) whole("histories-findings", "reviews");
        Learnt found = withFindings(learnt(reviews, owner, "one", 192), List.of(NEAR, OVER));
        leader().write(found);
        leader().write(withFindings(
                learnt(new OfWorkload(reviews.workload(), null, 4), owner, "a part", 192), List.of(NEAR)));
        now.set(NOON.plusSeconds(60));
        leader().write(withFindings(learnt(reviews, owner, "two", 192), List.of(NEAR)));

        GenericKubernetesResource profile = profile("histories-findings", "deployment-reviews");
        assertThat(profile.<List<Map<String, Object>>>get("status", "findings"))
                .singleElement()
                .isEqualTo(Map.of(
                        "kind",
                        "NearLimit",
                        "confidence",
                        "Measured",
                        "message",
                        "the peak is 93 % of the limit",
                        "evidence",
                        List.of(Map.of("what", "peak", "value", "119 MiB", "source", "status.observed.peak")),
                        "fix",
                        "kubectl label namespace shop sidecar-sizer.dev/mode=enforce",
                        "since",
                        "2026-11-20T12:00:00Z"));
        assertThat(profile.<List<Map<String, Object>>>get("status", "unjudged"))
                .containsExactly(Map.of("kind", "AgentDrives", "lacks", List.of("the agent's memory")));
        assertThat(events("histories-findings")).containsExactly("Warning NearLimit 1 the peak is 93 % of the limit");
    }

    @Test
    void aFindingThatComesAndGoesIsToldOnceADay() {
        plane.createNamespace("histories-flapping", Map.of());
        Owner owner = deploymentIn("histories-flapping", "reviews");
        Subject reviews = whole("histories-flapping", "reviews");
        for (int hour = 0; hour < 3; hour++) {
            now.set(NOON.plus(Duration.ofHours(hour)));
            // another one each time, which knows what the one before kept
            KubernetesHistories leader = leader();
            read(leader);
            leader.write(withFindings(learnt(reviews, owner, "found " + hour, 192), List.of(NEAR)));
            leader.write(learnt(reviews, owner, "gone " + hour, 192));
        }

        assertThat(events("histories-flapping")).containsExactly("Warning NearLimit 1 the peak is 93 % of the limit");

        plane.admin().v1().events().inNamespace("histories-flapping").delete();
        now.set(NOON.plus(Duration.ofHours(24)));
        KubernetesHistories leader = leader();
        read(leader);
        leader.write(withFindings(learnt(reviews, owner, "found the next day", 192), List.of(NEAR)));

        assertThat(events("histories-flapping")).containsExactly("Warning NearLimit 1 the peak is 93 % of the limit");
    }

    @Test
    void whoOnlyLooksTakesNoNoteForTheLeader() {
        plane.createNamespace("histories-looked-at", Map.of());
        Owner owner = deploymentIn("histories-looked-at", "reviews");
        Subject reviews = whole("histories-looked-at", "reviews");
        KubernetesHistories before = leader();
        before.write(withFindings(learnt(reviews, owner, "found", 192), List.of(NEAR)));
        before.write(learnt(reviews, owner, "gone", 192));

        now.set(NOON.plus(Duration.ofHours(1)));
        KubernetesHistories onlooker = leader();
        onlooker.look((subject, text) -> {});
        onlooker.write(withFindings(learnt(reviews, owner, "found again", 192), List.of(NEAR)));

        assertThat(events("histories-looked-at"))
                .as("told again, as by one who knows of no day")
                .hasSize(2);
    }

    @Test
    void whatNoLookTellsAgainIsReadFromProfilesByTheNextLeader() {
        plane.createNamespace("histories-facts", Map.of());
        Subject reviews = whole("histories-facts", "reviews");
        leader().write(learnt(reviews, null, "one", 192));

        Map<Subject, ProxyFacts> facts = new HashMap<>();
        Map<Subject, List<Autoscaler>> autoscalers = new HashMap<>();
        Map<Subject, Integer> alone = new HashMap<>();
        leader().readFacts((subject, lasting, shown, rollout, leftAlone) -> {
            facts.put(subject, lasting);
            autoscalers.put(subject, shown);
            alone.put(subject, leftAlone);
        });

        assertThat(facts).containsEntry(reviews, ProxyFacts.UNKNOWN.with(FACTS.traffic()));
        assertThat(autoscalers).containsEntry(reviews, AUTOSCALERS);
        assertThat(alone).as("kept, or from before").containsEntry(reviews, 4);
    }

    /** What an eager rule could say is brought within the schema, so that it costs no recommendation. */
    @Test
    void aFindingOfTheLargestSizeIsStored() {
        plane.createNamespace("histories-large-finding", Map.of());
        Subject reviews = whole("histories-large-finding", "reviews");
        String long2000 = "x".repeat(2000);
        Finding large = new Finding(
                "NearLimit",
                new Bytes(Long.MAX_VALUE),
                Confidence.ESTIMATED,
                long2000,
                Collections.nCopies(20, new Evidence(long2000, long2000, long2000)),
                long2000,
                true);

        leader().write(withFindings(learnt(reviews, null, "one", 192), List.of(large)));

        assertThat(profile("histories-large-finding", "deployment-reviews")
                        .<List<Map<String, Object>>>get("status", "findings"))
                .singleElement()
                .satisfies(stored -> assertThat(stored)
                        .containsEntry("size", "1Ti")
                        .containsEntry("confidence", "Estimated")
                        .containsEntry(
                                "fix",
                                "# too long to be kept here\n"
                                        + "sidecar-sizer advise --output yaml --namespace histories-large-finding"));
    }

    @Test
    void whatCannotBeToldIsLost() {
        Owner owner = new Owner("apps/v1", "Deployment", "reviews", "no-uid");

        assertThatCode(() ->
                        leader().tell(workload("histories-nowhere", "reviews"), owner, "SidecarOOMKilled", "at 128Mi"))
                .doesNotThrowAnyException();
    }

    @Test
    void theStoreOfAReplicaHandsThemOut() {
        plane.createNamespace("histories-store", Map.of());
        try (KubernetesStore store = new KubernetesStore(client(), "histories-store", Onlooker.NONE, null, 60)) {
            store.start();
            store.histories().write(learnt(whole("histories-store", "reviews"), null, "history", 192));

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(requireNonNull(store.profiles()
                                    .of(workload("histories-store", "reviews"), null, null)
                                    .workload())
                            .recommendation())
                    .isNotNull());
        }
    }

    private KubernetesHistories leader() {
        return new KubernetesHistories(client(), known, OURS, now::get, null);
    }

    private ProfileSink replica() {
        return new KubernetesProfileSink(client(), new RememberedProfiles(OURS), OURS, null);
    }

    private KubernetesClient client() {
        KubernetesClient client =
                ApiClient.of(Config.fromKubeconfig(plane.kubeconfig().toFile()));
        clients.add(client);
        return client;
    }

    private static Map<Subject, String> read(KubernetesHistories leader) {
        Map<Subject, String> read = new HashMap<>();
        leader.read((subject, text, trial) -> read.put(subject, text));
        return read;
    }

    private GenericKubernetesResource profile(String namespace, String name) {
        return Profiles.at(plane, namespace, name).require();
    }

    private GenericKubernetesResource history(String namespace, Subject subject) {
        return at(Applied.HISTORIES, namespace, ProfileName.hashed(subject));
    }

    private GenericKubernetesResource at(ResourceDefinitionContext kind, String namespace, String name) {
        return plane.admin()
                .genericKubernetesResources(kind)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    private static GenericKubernetesResource history(Subject subject, String data) {
        GenericKubernetesResource history = Applied.object(
                Applied.HISTORIES,
                SidecarHistory.KIND,
                ((OfWorkload) subject).workload().namespace(),
                ProfileName.hashed(subject));
        history.setAdditionalProperty("spec", About.spec(subject, null));
        history.setAdditionalProperty("data", data);
        return history;
    }

    private static StoredObject stored(GenericKubernetesResource profile) {
        return new StoredObject(
                SidecarProfile.KIND,
                profile.getMetadata().getNamespace(),
                profile.getMetadata().getName(),
                "1",
                Map.of(),
                profile.getAdditionalProperties());
    }

    private void annotate(String namespace, String name, String managed) {
        plane.kubectl(
                        "",
                        "annotate",
                        "sprof",
                        name,
                        "-n",
                        namespace,
                        "--overwrite",
                        LearntProfiles.MANAGED + "=" + managed)
                .orThrow();
    }

    private Owner deploymentIn(String namespace, String name) {
        plane.apply(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s, namespace: %s}
                spec:
                  selector: {matchLabels: {app: %s}}
                  template:
                    metadata: {labels: {app: %s}}
                    spec: {containers: [{name: app, image: example.org/app}]}
                """
                        .formatted(name, namespace, name, name));
        String uid = plane.admin()
                .apps()
                .deployments()
                .inNamespace(namespace)
                .withName(name)
                .require()
                .getMetadata()
                .getUid();
        return new Owner("apps/v1", "Deployment", name, uid);
    }

    private List<String> events(String namespace) {
        return plane.admin().v1().events().inNamespace(namespace).list().getItems().stream()
                .map(event ->
                        event.getType() + " " + event.getReason() + " " + event.getCount() + " " + event.getMessage())
                .toList();
    }

    private static List<String> managersOf(GenericKubernetesResource profile, String field) {
        return profile.getMetadata().getManagedFields().stream()
                .filter(entry ->
                        entry.getFieldsV1().getAdditionalProperties().get("f:status") instanceof Map<?, ?> status
                                && status.containsKey(field))
                .map(entry -> entry.getManager())
                .toList();
    }

    private static List<String> times(GenericKubernetesResource profile) {
        List<Map<String, Object>> conditions = profile.get("status", "conditions");
        return conditions.stream()
                .map(one -> one.get("type") + " " + one.get("status") + " " + one.get("lastTransitionTime"))
                .toList();
    }

    private static long count(GenericKubernetesResource profile) {
        List<Map<String, Object>> decisions = profile.get("status", "decisions");
        return decisions.stream()
                .mapToLong(decision -> decision.get("count") instanceof Number number ? number.longValue() : 0)
                .sum();
    }

    private static String version(GenericKubernetesResource object) {
        return object.getMetadata().getResourceVersion();
    }

    private static Learnt learnt(Subject subject, @Nullable Owner owner, String history, @Nullable Integer limit) {
        return new Learnt(
                subject,
                owner,
                history,
                limit == null ? null : new Recommendation(Bytes.mebi(96), Bytes.mebi(limit), Duration.ofMinutes(5)),
                new Measured(
                        3,
                        14,
                        48384,
                        Bytes.mebi(61),
                        Bytes.mebi(78),
                        Bytes.mebi(120),
                        Bytes.mebi(151),
                        Bytes.mebi(66),
                        0,
                        null,
                        NOON,
                        new Daily(
                                LocalDate.parse("2026-11-20"),
                                List.of(Bytes.mebi(140), Bytes.ZERO, Bytes.mebi(151)),
                                List.of(0, 0, 1))),
                FACTS,
                AUTOSCALERS,
                new Running(2, 3, 1, 1, 0, 0),
                Guarded.NOT_YET,
                List.of(
                        new Condition("Ready", true, "EnoughHistory", "14 days, 3 pods"),
                        new Condition("Stale", false, "Fresh", "seen a minute ago")),
                Finding.All.NONE);
    }

    private static Learnt withFindings(Learnt learnt, List<Finding> found) {
        return new Learnt(
                learnt.subject(),
                learnt.owner(),
                learnt.history(),
                learnt.recommendation(),
                learnt.measured(),
                learnt.facts(),
                learnt.autoscalers(),
                learnt.running(),
                learnt.guarded(),
                learnt.conditions(),
                new Finding.All(found, List.of(new Unjudged("AgentDrives", List.of("the agent's memory")))));
    }

    private static Learnt guarded(Learnt learnt, Verdict verdict) {
        return new Learnt(
                learnt.subject(),
                learnt.owner(),
                learnt.history(),
                learnt.recommendation(),
                learnt.measured(),
                learnt.facts(),
                learnt.autoscalers(),
                learnt.running(),
                new Guarded(verdict, null, null),
                learnt.conditions(),
                learnt.findings());
    }

    private static Subject whole(String namespace, String name) {
        return OfWorkload.whole(workload(namespace, name));
    }

    private static WorkloadKey workload(String namespace, String name) {
        return new WorkloadKey(namespace, "apps", "Deployment", name);
    }

    private static DecisionTally keep(long count) {
        return new DecisionTally(
                Mode.AUDIT, "Keep", "NO_PROFILE", count, NOON, new Memory(Bytes.mebi(128), Bytes.mebi(1024)), null);
    }
}
