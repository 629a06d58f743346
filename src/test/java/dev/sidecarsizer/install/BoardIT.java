package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Guarded;
import dev.sidecarsizer.profile.Learnt;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.Running;
import dev.sidecarsizer.profile.Subject;
import dev.sidecarsizer.profile.history.History;
import dev.sidecarsizer.profile.history.PodWindow;
import dev.sidecarsizer.store.KubernetesStore;
import dev.sidecarsizer.store.Onlooker;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the audit page of each replica tells of a real API server's profiles, and of pods that were created there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class BoardIT {

    private static final String SHOP = "board-shop";
    private static final String SECRET = "s3cr3tmarker";
    private static final String SCRIPT = "<script>alert('1')</script>";
    private static final String RIGHT_TO_LEFT = "\u202Egnp.reviews";
    private static final String LONGEST = "x".repeat(253);

    private final InstalledWebhook webhook;
    private final HttpClient http = HttpClient.newHttpClient();

    BoardIT(InstalledWebhook webhook) {
        this.webhook = webhook;
    }

    @BeforeAll
    void profilesAndPods() {
        webhook.plane().createNamespace(SHOP, Map.of("sidecar-sizer.dev/mode", "enforce"));
        StoredProfile.put(webhook.plane(), SHOP, new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        for (String name : List.of(SCRIPT, RIGHT_TO_LEFT, LONGEST)) {
            putNamed(name);
        }
        webhook.awaitMemory(SHOP, InjectedPod.REVIEWS.json(SHOP), "96Mi/192Mi");
        ObjectNode pod = InjectedPod.REVIEWS.json(SHOP);
        pod.withObject("metadata").withObject("annotations").put("password", SECRET);
        pod.withObject("spec")
                .withArray("containers")
                .get(0)
                .asObject()
                .withArray("env")
                .addObject()
                .put("name", "PASSWORD")
                .put("value", SECRET);
        webhook.pods().create(SHOP, pod).orThrow();
        Pause.until("each replica tells the decision", InstalledWebhook.PATIENCE, () -> webhook.replicas().stream()
                .allMatch(replica -> row(replica, "reviews")
                        .filter(row -> row.path("standing").asString().equals("sized"))
                        .isPresent()));
    }

    @AfterAll
    void end() {
        http.close();
    }

    @Test
    void everyReplicaTellsTheSame() {
        List<JsonNode> workloads = new ArrayList<>();
        List<JsonNode> decisions = new ArrayList<>();
        for (Replica replica : webhook.replicas()) {
            workloads.add(of(SHOP, get(replica, "workloads").path("rows")));
            decisions.add(of(SHOP, get(replica, "decisions").path("rows")));
        }

        assertThat(workloads.getFirst().size()).isGreaterThanOrEqualTo(4);
        assertThat(workloads).containsOnly(workloads.getFirst());
        assertThat(decisions.getFirst()).isNotEmpty();
        assertThat(decisions).containsOnly(decisions.getFirst());
    }

    @Test
    void thePatchIsTheOneThatMutateAnswers() {
        Replica replica = webhook.replicas().getFirst();
        JsonNode patch = workload(replica, "reviews").path("patch");
        PodCreation created = webhook.pods()
                .create(SHOP, InjectedPod.REVIEWS.json(SHOP, "compared"))
                .orThrow();

        assertThat(patch.path("mode").asString()).isEqualTo("enforce");
        assertThat(patch.path("reason").asString()).isEqualTo("WORKLOAD_PROFILE");
        assertThat(patch.at("/sized/memoryRequest").asLong() >> 20).isEqualTo(96);
        assertThat(patch.at("/sized/memoryLimit").asLong() >> 20).isEqualTo(192);
        assertThat(created.memory()).isEqualTo("96Mi/192Mi");
        assertThat(operation(patch, "bootstrap"))
                .isEqualTo(created.annotation("sidecar-sizer.dev/bootstrap").orElseThrow());
    }

    @Test
    void hostileNamesAreNothingButData() {
        Replica replica = webhook.replicas().getFirst();
        for (String name : List.of(SCRIPT, RIGHT_TO_LEFT, LONGEST)) {
            JsonNode workload = workload(replica, name);

            assertThat(name).startsWith(workload.path("name").asString());
            assertThat(workload.path("commands"))
                    .allSatisfy(command ->
                            assertThat(command.path("command").asString()).doesNotContain(" " + SCRIPT));
        }
    }

    @Test
    void nothingOfAPodIsInAnyAnswer() {
        for (Replica replica : webhook.replicas()) {
            for (String name : List.of("mesh", "workloads", "decisions", "words")) {
                assertThat(body(replica, name)).doesNotContain(SECRET);
            }
            assertThat(workload(replica, "reviews").toString()).doesNotContain(SECRET);
        }
    }

    @Test
    void whatIfIsAnsweredFromHistories() {
        History history = new History();
        Instant begin = Instant.parse("2026-11-01T00:00:00Z");
        for (int day = 1; day <= 28; day++) {
            Instant end = begin.plus(Duration.ofDays(day));
            history.add(
                    end,
                    List.of(new PodWindow(
                            new PodName(SHOP, "reviews-1"),
                            end,
                            Duration.ofDays(1),
                            Bytes.mebi(100 + day % 3),
                            Bytes.mebi(60),
                            1440)),
                    60);
        }
        try (KubernetesStore store =
                new KubernetesStore(webhook.plane().admin(), Installation.NAMESPACE, Onlooker.NONE, null)) {
            store.histories()
                    .write(new Learnt(
                            Subject.OfWorkload.whole(new WorkloadKey(SHOP, "apps", "Deployment", "remembered")),
                            null,
                            history.encode(),
                            null,
                            history.measured(null).orElseThrow(),
                            ProxyFacts.UNKNOWN,
                            List.of(),
                            Running.NONE,
                            Guarded.NOT_YET,
                            List.of(),
                            Finding.All.NONE));
        }
        for (Replica replica : webhook.replicas()) {
            Pause.until("what-if is told", InstalledWebhook.PATIENCE, () -> get(replica, "what-if?risk=0.002")
                    .has("here"));
            JsonNode told = get(replica, "what-if?risk=0.002");

            assertThat(told.path("workloads").asInt()).isPositive();
            assertThat(told.at("/istioDefault/limitGiB").asDouble())
                    .isGreaterThan(told.at("/here/limitGiB").asDouble());
            assertThat(told.path("curve").size()).isGreaterThan(5);
            assertThat(told.path("cannotSee")).isNotEmpty();
            assertThat(told.path("policy").asString()).contains("oomRisk: 0.002", "namespace: sidecar-sizer-system");
        }
    }

    @Test
    void metricsAreStillTold() {
        for (Replica replica : webhook.replicas()) {
            assertThat(Metrics.sum(replica, "sidecar_sizer_cache_objects")).isPositive();
        }
    }

    private void putNamed(String name) {
        String yaml =
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: hostile-%d, namespace: %s}
                spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: "%s"}}
                status: {observed: {pods: 1, days: 1, peak: 100Mi}}
                """
                        .formatted(name.length(), SHOP, name);
        GenericKubernetesResource wanted = Serialization.unmarshal(yaml, GenericKubernetesResource.class);
        GenericKubernetesResource stored =
                webhook.plane().admin().resource(wanted).forceConflicts().serverSideApply();
        stored.setAdditionalProperty("status", wanted.get("status"));
        webhook.plane().admin().resource(stored).updateStatus();
    }

    private static String operation(JsonNode patch, String path) {
        for (JsonNode operation : patch.path("operations")) {
            if (operation.path("path").asString().endsWith(path)) {
                return operation.path("value").asString();
            }
        }
        throw new AssertionError("no operation on " + path);
    }

    private Optional<JsonNode> row(Replica replica, String name) {
        JsonNode table = get(replica, "workloads");
        for (JsonNode row : table.path("rows")) {
            if (row.path(0).asString().equals(SHOP) && row.path(2).asString().equals(name)) {
                ObjectNode named = JsonMapper.shared().createObjectNode();
                for (int i = 0; i < row.size(); i++) {
                    named.set(table.path("columns").path(i).asString(), row.path(i));
                }
                return Optional.of(named);
            }
        }
        return Optional.empty();
    }

    private JsonNode workload(Replica replica, String name) {
        return get(
                replica,
                "workload?namespace=" + SHOP + "&kind=Deployment&name="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8));
    }

    /** The rows of one namespace: other tests have theirs. */
    private static JsonNode of(String namespace, JsonNode rows) {
        ArrayNode own = JsonMapper.shared().createArrayNode();
        rows.forEach(row -> {
            if (row.isArray()
                    ? row.path(0).asString().equals(namespace)
                    : row.path("namespace").asString().equals(namespace)) {
                own.add(row);
            }
        });
        return own;
    }

    private JsonNode get(Replica replica, String name) {
        return JsonMapper.shared().readTree(body(replica, name));
    }

    private String body(Replica replica, String name) {
        URI uri = URI.create(replica.management() + "/audit/data/" + name);
        try {
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
