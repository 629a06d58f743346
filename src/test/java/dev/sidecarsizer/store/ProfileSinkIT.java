package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.DecisionTally;
import dev.sidecarsizer.profile.ProfileSink;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two replicas write into one profile of a real API server. */
@ExtendWith(SharedControlPlane.class)
class ProfileSinkIT {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Memory INJECTED = new Memory(Bytes.mebi(128), Bytes.mebi(1024));

    private final ControlPlane plane;
    private final List<KubernetesClient> clients = new ArrayList<>();

    ProfileSinkIT(ControlPlane plane) {
        this.plane = plane;
        plane.applyKinds();
    }

    @AfterEach
    void close() {
        clients.forEach(KubernetesClient::close);
    }

    @Test
    void noCountOfTwoReplicasIsLostHoweverTheyRace() throws Exception {
        plane.createNamespace("sink-race", Map.of());
        WorkloadKey reviews = deployment("sink-race", "reviews");
        List<KubernetesProfileSink> replicas = List.of(replica(), replica());
        int writes = 40;
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < writes; i++) {
                KubernetesProfileSink replica = replicas.get(i % 2);
                int number = i;
                done.add(writers.submit(
                        () -> replica.add(reviews, List.of(keep("NO_PROFILE", 3), keep("REASON_" + number % 4, 1)))));
            }
        }
        for (Future<?> write : done) {
            write.get();
        }

        List<Map<String, Object>> decisions = decisions("sink-race", "deployment-reviews");
        assertThat(count(decisions, "NO_PROFILE")).isEqualTo(writes * 3L);
        assertThat(IntStream.range(0, 4)
                        .mapToLong(i -> count(decisions, "REASON_" + i))
                        .sum())
                .isEqualTo(writes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void writesWhoseAnswersAreLostCountOnce(int losses) throws Exception {
        String namespace = "sink-lossy-" + losses;
        plane.createNamespace(namespace, Map.of());
        try (TamperedWire wire = TamperedWire.losingAnswers(plane, losses);
                KubernetesClient client = ApiClient.of(wire.config())) {
            KubernetesProfileSink sink =
                    new KubernetesProfileSink(client, new RememberedProfiles("ours"), "ours", null);
            for (int i = 0; i < 4; i++) {
                sink.add(deployment(namespace, "reviews"), List.of(keep("NO_PROFILE", 3)));
            }

            assertThat(wire.done()).isEqualTo(losses);
        }
        assertThat(count(decisions(namespace, "deployment-reviews"), "NO_PROFILE"))
                .isEqualTo(12);
    }

    @Test
    void leavesWhatTheLeaderWroteAlone() {
        plane.createNamespace("sink-leader", Map.of());
        Profiles.put(plane, "sink-leader", "named-otherwise", "reviews", "192Mi");
        RememberedProfiles known = new RememberedProfiles("ours");
        known.remember(stored("sink-leader", "named-otherwise"));

        new KubernetesProfileSink(client(), known, "ours", null)
                .add(deployment("sink-leader", "reviews"), List.of(keep("NO_PROFILE", 1)));

        GenericKubernetesResource profile =
                Profiles.at(plane, "sink-leader", "named-otherwise").require();
        assertThat(profile.<String>get("status", "recommendation", "memoryLimit"))
                .isEqualTo("192Mi");
        assertThat(count(decisions("sink-leader", "named-otherwise"), "NO_PROFILE"))
                .isEqualTo(1);
        assertThat(Profiles.at(plane, "sink-leader", "deployment-reviews").get())
                .isNull();
    }

    @Test
    void twoKindsOfOneNameDoNotMix() {
        plane.createNamespace("sink-kinds", Map.of());
        KubernetesProfileSink sink = replica();

        sink.add(deployment("sink-kinds", "reviews"), List.of(keep("NO_PROFILE", 1)));
        WorkloadKey other = new WorkloadKey("sink-kinds", "example.org", "Deployment", "reviews");
        sink.add(other, List.of(keep("NO_PROFILE", 5)));
        sink.add(other, List.of(keep("NO_PROFILE", 5)));

        assertThat(count(decisions("sink-kinds", "deployment-reviews"), "NO_PROFILE"))
                .isEqualTo(1);
        assertThat(count(decisions("sink-kinds", ProfileName.hashed(other)), "NO_PROFILE"))
                .isEqualTo(10);
    }

    @Test
    void noProfileIsMadeForABarePodButOneThatIsThereIsAddedTo() {
        plane.createNamespace("sink-bare", Map.of());
        plane.apply(
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: pod-kept, namespace: sink-bare}
                spec: {workload: {apiVersion: v1, kind: Pod, name: kept}}
                """);
        KubernetesProfileSink sink = replica();

        sink.add(new WorkloadKey("sink-bare", "", "Pod", "debug-x7k2p"), List.of(keep("NO_PROFILE", 1)));
        sink.add(new WorkloadKey("sink-bare", "", "Pod", "kept"), List.of(keep("NO_PROFILE", 2)));

        assertThat(plane.admin()
                        .genericKubernetesResources(WatchedKind.PROFILES.context())
                        .inNamespace("sink-bare")
                        .list()
                        .getItems())
                .extracting(profile -> profile.getMetadata().getName())
                .containsExactly("pod-kept");
        assertThat(count(decisions("sink-bare", "pod-kept"), "NO_PROFILE")).isEqualTo(2);
    }

    @Test
    void whatNoSchemaWouldTakeIsNotWritten() {
        plane.createNamespace("sink-bounds", Map.of());
        List<DecisionTally> forty =
                IntStream.range(0, 40).mapToObj(i -> keep("REASON_" + i, 1)).toList();
        String longest = "a".repeat(242);

        replica().add(deployment("sink-bounds", longest), forty);

        assertThat(decisions("sink-bounds", ProfileName.of(deployment("sink-bounds", longest))))
                .hasSize(DecisionTally.MOST);
    }

    @Test
    void aNamespaceThatIsNotThereIsRefusedForGood() {
        assertThatThrownBy(() -> replica().add(deployment("sink-nowhere", "reviews"), List.of(keep("NO_PROFILE", 1))))
                .isInstanceOf(ProfileSink.Refused.class)
                .hasMessage("404: namespaces \"sink-nowhere\" not found");
    }

    @Test
    void whatTheSchemaForbidsIsRefusedForGood() {
        plane.createNamespace("sink-forbidden", Map.of());

        assertThatThrownBy(() ->
                        replica().add(deployment("sink-forbidden", "reviews"), List.of(keep("a".repeat(5000), 1))))
                .isInstanceOf(ProfileSink.Refused.class)
                .hasMessageStartingWith("422: ")
                .hasMessageContaining("status.decisions");
    }

    @Test
    void anApiServerThatIsAwayIsTheCallersToTryAgain() {
        Config nowhere = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:1")
                .build();
        try (KubernetesClient client = ApiClient.of(nowhere)) {
            KubernetesProfileSink sink =
                    new KubernetesProfileSink(client, new RememberedProfiles("ours"), "ours", null);

            assertThatThrownBy(() -> sink.add(deployment("sink-away", "reviews"), List.of(keep("NO_PROFILE", 1))))
                    .isInstanceOf(KubernetesClientException.class);
        }
    }

    @Test
    void aReplicaWritesIntoTheProfileThatItKnowsWhateverItsName() {
        plane.createNamespace("sink-back", Map.of());
        Profiles.put(plane, "sink-back", "written-by-hand", "reviews", "192Mi");
        try (KubernetesStore store = new KubernetesStore(client(), "sink-back", Onlooker.NONE, null, 60)) {
            store.start();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(store.profiles()
                            .of(deployment("sink-back", "reviews"), null, null)
                            .workload())
                    .satisfies(profile -> assertThat(profile).isNotNull()));

            store.sink().add(deployment("sink-back", "reviews"), List.of(keep("NO_PROFILE", 1)));

            assertThat(decisions("sink-back", "written-by-hand")).hasSize(1);
            assertThat(Profiles.at(plane, "sink-back", "deployment-reviews").get())
                    .isNull();
        }
    }

    private KubernetesProfileSink replica() {
        return new KubernetesProfileSink(client(), new RememberedProfiles("ours"), "ours", null);
    }

    private KubernetesClient client() {
        KubernetesClient client =
                ApiClient.of(Config.fromKubeconfig(plane.kubeconfig().toFile()));
        clients.add(client);
        return client;
    }

    private StoredObject stored(String namespace, String name) {
        GenericKubernetesResource found = Profiles.at(plane, namespace, name).require();
        return new StoredObject(SidecarProfile.KIND, namespace, name, "1", Map.of(), found.getAdditionalProperties());
    }

    private List<Map<String, Object>> decisions(String namespace, String name) {
        List<Map<String, Object>> decisions =
                Profiles.at(plane, namespace, name).require().get("status", "decisions");
        return decisions == null ? List.of() : decisions;
    }

    private static long count(List<Map<String, Object>> decisions, String reason) {
        return decisions.stream()
                .filter(decision -> reason.equals(decision.get("reason")))
                .mapToLong(decision -> decision.get("count") instanceof Number number ? number.longValue() : 0)
                .sum();
    }

    private static WorkloadKey deployment(String namespace, String name) {
        return new WorkloadKey(namespace, "apps", "Deployment", name);
    }

    private static DecisionTally keep(String reason, long count) {
        return new DecisionTally(Mode.AUDIT, "Keep", reason, count, NOON, INJECTED, null);
    }
}
