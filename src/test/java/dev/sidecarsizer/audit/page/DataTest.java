package dev.sidecarsizer.audit.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.audit.board.Board;
import dev.sidecarsizer.audit.whatif.WhatIf;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.store.FolderStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DataTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    /** Sized, of two days, one of them with a kill; with a finding, a part, and decisions. */
    private static final String REVIEWS =
            """
            apiVersion: sidecar-sizer.dev/v1alpha1
            kind: SidecarProfile
            metadata: {name: deployment-reviews, namespace: shop}
            spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}}
            status:
              recommendation: {memoryRequest: 96Mi, memoryLimit: 192Mi, idleTimeout: 300s}
              observed: {pods: 3, days: 14, samples: 48384, p50: 61Mi, p90: 78Mi, p99: 120Mi, peak: 151Mi, live: 66Mi,
                oomKills: 1, lastSample: "2026-11-20T10:00:00Z",
                daily: {through: "2026-11-20", peaks: [151Mi, "0", 140Mi], kills: [1, 0, 0]}}
              proxy: {version: "1.31.0", image: "docker.io/istio/proxyv2:1.31.0", concurrency: 2, rawTcp: false}
              facts: {allocated: 41Mi, pressure: 1.04, shrinksPerHour: 45.7}
              conditions: [{type: Ready, status: "True", reason: EnoughHistory, message: "14 days, 3 pods",
                lastTransitionTime: "2026-11-20T10:00:00Z"}]
              findings: [{kind: AllocatorRetention, size: 10Mi, confidence: Measured, message: keeps much,
                evidence: [{what: heap, value: 96 MiB, source: status.facts.heap}], fix: "shrink it",
                since: "2026-11-19T10:00:00Z"}]
              unjudged: [{kind: AgentDrives, lacks: [agent memory]}]
              decisions:
              - {mode: enforce, decision: Resize, reason: WORKLOAD_PROFILE, count: 7, lastSeen: "2026-11-20T11:00:00Z",
                before: {memoryRequest: 128Mi, memoryLimit: 1Gi}, after: {memoryRequest: 96Mi, memoryLimit: 200Mi}}
              - {mode: audit, decision: Keep, reason: NO_PROFILE, count: 1, lastSeen: "2026-11-01T11:00:00Z",
                before: {memoryRequest: 128Mi, memoryLimit: 1Gi}}
            ---
            apiVersion: sidecar-sizer.dev/v1alpha1
            kind: SidecarProfile
            metadata: {name: deployment-reviews-2, namespace: shop}
            spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}, concurrency: 4}
            status:
              recommendation: {memoryRequest: 97Mi, memoryLimit: 193Mi}
              observed: {pods: 1, p50: 62Mi, p99: 121Mi, peak: 152Mi}
            ---
            apiVersion: sidecar-sizer.dev/v1alpha1
            kind: SidecarProfile
            metadata: {name: deployment-reviews-6d4cf56db6, namespace: shop}
            spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}, revision: 6d4cf56db6}
            status:
              observed: {pods: 2, peak: 150Mi, daily: {through: "2026-11-20", peaks: ["0", 140Mi, 150Mi]}}
            """;

    @TempDir
    private Path folder;

    private final Board board = new Board();
    private Brake brake = Brake.RELEASED;
    private Mode cap = Mode.AUDIT;
    private boolean synced = true;

    @Test
    void tellsOfTheMesh() throws Exception {
        JsonNode mesh = ask(data(REVIEWS), "mesh", Map.of());

        assertThat(mesh.path("state").asString()).isEqualTo("ready");
        assertThat(mesh.path("notes")).isEmpty();
        assertThat(mesh.path("asOf").asString()).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(mesh.at("/mode/cap").asString()).isEqualTo("audit");
        assertThat(mesh.path("workloads").asInt()).isEqualTo(1);
        assertThat(mesh.path("pods").asInt()).isEqualTo(3);
        assertThat(mesh.path("coverage").toString())
                .isEqualTo("{\"off\":{\"workloads\":0,\"pods\":0},\"audit\":{\"workloads\":1,\"pods\":3},"
                        + "\"enforce\":{\"workloads\":0,\"pods\":0}}");
        assertThat(mesh.path("standing").toString())
                .isEqualTo("{\"sized\":1,\"audited\":0,\"kept\":0,\"undecided\":0}");
        assertThat(mesh.has("running")).isFalse();
        assertThat(mesh.path("withdrawn").asInt()).isZero();
        assertThat(mesh.at("/reserved/limitBefore").asLong()).isEqualTo(3 * mebi(1024));
        assertThat(mesh.at("/reserved/limitNow").asLong()).isEqualTo(3 * mebi(200));
        assertThat(mesh.at("/reserved/limitThen").asLong()).isEqualTo(3 * mebi(200));
        assertThat(mesh.at("/used/peak").asLong()).isEqualTo(3 * mebi(151));
        assertThat(mesh.path("atRisk").asInt()).isZero();
        assertThat(mesh.path("oomKills").asInt()).isEqualTo(1);
        assertThat(mesh.path("kills")).hasSize(14);
        assertThat(mesh.at("/kills/11").toString()).isEqualTo("{\"day\":\"2026-11-18\",\"kills\":1}");
        assertThat(mesh.at("/causes/0").toString())
                .isEqualTo("{\"type\":\"AllocatorRetention\",\"workloads\":1,\"size\":" + 3 * mebi(10) + "}");
        assertThat(mesh.at("/reasons/0/reason").asString()).isEqualTo("WORKLOAD_PROFILE");
        assertThat(mesh.at("/conditions/0/type").asString()).isEqualTo("Ready");
    }

    @Test
    void tellsOfAllWorkloadsInRows() throws Exception {
        JsonNode workloads = ask(data(REVIEWS), "workloads", Map.of());
        JsonNode row = workloads.at("/rows/0");
        List<String> columns = new ArrayList<>();
        workloads.path("columns").forEach(column -> columns.add(column.asString()));

        assertThat(workloads.path("rows")).hasSize(1);
        assertThat(row).hasSameSizeAs(columns);
        assertThat(row.path(columns.indexOf("standing")).asString()).isEqualTo("sized");
        assertThat(row.path(columns.indexOf("limitNow")).asLong()).isEqualTo(mebi(200));
        assertThat(row.path(columns.indexOf("findings")).toString()).isEqualTo("[\"AllocatorRetention\"]");
        assertThat(row.path(columns.indexOf("daily")).toString())
                .isEqualTo("[null,null,null,null,null,null,null,null,null,null,null,151,null,140]");
    }

    @Test
    void saysWhatHoldsSizingBack() throws Exception {
        assertThat(ask(data(REVIEWS), "mesh", Map.of()).path("mode").toString()).isEqualTo("{\"cap\":\"audit\"}");

        brake = Brake.of(Map.of(Brake.BREAKER, "2026-11-20T11:00:00Z 5 of 9 sized pods were killed"));

        assertThat(ask(data(REVIEWS), "mesh", Map.of()).path("mode").toString())
                .isEqualTo("{\"cap\":\"audit\",\"breaker\":\"2026-11-20T11:00:00Z 5 of 9 sized pods were killed\"}");

        brake = Brake.of(Map.of("mode", "of"));

        JsonNode mode = ask(data(REVIEWS), "mesh", Map.of()).path("mode");
        assertThat(mode.path("brake").asString()).isEqualTo("audit");
        assertThat(mode.path("fault").asString()).contains("\"of\"", "must be off, audit or enforce");
    }

    @Test
    void tellsHowFarWeMayGoAndHowFarWeAre() throws Exception {
        String other = REVIEWS.replace("namespace: shop", "namespace: other");
        String label =
                """
                ---
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop, labels: {sidecar-sizer.dev/mode: enforce}}
                """;
        Data data = data(
                REVIEWS.replace("proxy:", "running: {sized: 2, kept: 0, missed: 1, earlier: 1, misfits: 1}\n  proxy:")
                        + "---\n" + other + label);
        cap = Mode.ENFORCE;

        JsonNode mesh = ask(data, "mesh", Map.of());

        assertThat(mesh.at("/coverage/enforce").toString()).isEqualTo("{\"workloads\":1,\"pods\":4}");
        assertThat(mesh.at("/coverage/off").toString()).isEqualTo("{\"workloads\":1,\"pods\":3}");
        assertThat(mesh.path("running").toString())
                .isEqualTo("{\"sized\":2,\"kept\":0,\"missed\":1,\"earlier\":1,\"misfits\":1}");
        assertThat(mesh.at("/reserved/requestNow").asLong())
                .as("two sized, two as they came; three of the other")
                .isEqualTo(2 * mebi(96) + 2 * mebi(128) + 3 * mebi(96));
        JsonNode workloads = ask(data, "workloads", Map.of());
        List<String> columns = new ArrayList<>();
        workloads.path("columns").forEach(column -> columns.add(column.asString()));
        assertThat(workloads.at("/rows/0/" + columns.indexOf("mode")).asString())
                .isEqualTo("off");
        assertThat(workloads.at("/rows/1/" + columns.indexOf("mode")).asString())
                .isEqualTo("enforce");
        assertThat(workloads.at("/rows/1/" + columns.indexOf("unsized")).asInt())
                .isEqualTo(2);
        assertThat(workloads.at("/rows/1/" + columns.indexOf("requestsNow")).asLong())
                .isEqualTo(2 * mebi(96) + 2 * mebi(128));
    }

    @Test
    void tellsWhatTheGuardTookBack() throws Exception {
        Data data = data(
                REVIEWS.replace(
                        "proxy:",
                        """
                        guard: {verdict: Withdraw, since: "2026-11-20T09:00:00Z", until: "2026-11-22T09:00:00Z", times: 2,
                            message: "4 kernel kills"}
                          proxy:"""));

        assertThat(ask(data, "mesh", Map.of()).path("withdrawn").asInt()).isEqualTo(1);
        assertThat(ask(data, "mesh", Map.of()).at("/reserved/requestThen").asLong())
                .as("new pods stay as they come")
                .isEqualTo(3 * mebi(128));
        JsonNode workload = ask(data, "workload", Map.of("namespace", "shop", "kind", "Deployment", "name", "reviews"));
        assertThat(workload.path("withdrawn").toString())
                .isEqualTo("{\"why\":\"4 kernel kills\",\"since\":\"2026-11-20T09:00:00Z\","
                        + "\"until\":\"2026-11-22T09:00:00Z\",\"times\":2}");
        assertThat(workload.at("/patch/reason").asString()).isEqualTo("WITHDRAWN_BY_GUARD");
        assertThat(workload.at("/patch/detail").asString()).contains("4 kernel kills", "2026-11-22");
    }

    @Test
    void tellsWhoElseScalesIt() throws Exception {
        Data data = data(
                REVIEWS.replace(
                        "proxy:",
                        """
                        autoscalers:
                            - {kind: VerticalPodAutoscaler, name: sizes, proxyResources: [memory], updateMode: Initial}
                            - {kind: Strange}
                          proxy:"""));

        JsonNode workload = ask(data, "workload", Map.of("namespace", "shop", "kind", "Deployment", "name", "reviews"));

        assertThat(workload.path("autoscalers").toString())
                .isEqualTo("[{\"kind\":\"VerticalPodAutoscaler\",\"name\":\"sizes\","
                        + "\"does\":\"Initial, sets the proxy's memory\"}]");
    }

    @Test
    void tellsAllOfAWorkload() throws Exception {
        JsonNode workload =
                ask(data(REVIEWS), "workload", Map.of("namespace", "shop", "kind", "Deployment", "name", "reviews"));

        assertThat(workload.at("/observed/p99").asLong()).isEqualTo(mebi(120));
        assertThat(workload.at("/recommendation/idleTimeout").asString()).isEqualTo("300s");
        assertThat(workload.path("facts").toString())
                .isEqualTo("{\"allocated\":" + mebi(41)
                        + ",\"pressure\":1.04,\"shrinksPerHour\":45.7,\"destinations\":[]}");
        assertThat(workload.path("daily")).hasSize(14);
        assertThat(workload.at("/daily/11/kills").asInt()).isEqualTo(1);
        assertThat(workload.at("/daily/12").has("peak")).isFalse();
        assertThat(workload.at("/parts/0/revision").asString()).isEqualTo("6d4cf56db6");
        assertThat(workload.at("/parts/0/since").asString()).isEqualTo("2026-11-19");
        assertThat(workload.at("/parts/1/concurrency").asInt()).isEqualTo(4);
        assertThat(workload.at("/parts/1/observed/peak").asLong()).isEqualTo(mebi(152));
        assertThat(workload.at("/parts/1").has("since")).isFalse();
        assertThat(workload.path("decisions")).hasSize(2);
        assertThat(workload.at("/findings/0/fix").asString()).isEqualTo("shrink it");
        assertThat(workload.at("/findings/0/page").asString()).isEqualTo("docs/findings.md#allocatorretention");
        assertThat(workload.at("/unjudged/0/missing/0").asString()).isEqualTo("agent memory");
        assertThat(workload.at("/commands/0/command").asString())
                .isEqualTo("kubectl -n shop get sidecarprofile deployment-reviews -o yaml");
    }

    /** The installation is capped at audit: it is told what enforce would do all the same. */
    @Test
    void showsThePatchThatMutateWouldAnswer() throws Exception {
        JsonNode workload =
                ask(data(REVIEWS), "workload", Map.of("namespace", "shop", "kind", "Deployment", "name", "reviews"));
        JsonNode patch = workload.path("patch");

        assertThat(patch.path("mode").asString()).isEqualTo("audit");
        assertThat(patch.path("decision").asString()).isEqualTo("Resize");
        assertThat(patch.path("assumed").asString())
                .contains("docker.io/istio/proxyv2:1.31.0", "2 worker threads", "native sidecar", "memory 128Mi/1Gi");
        assertThat(patch.path("owned").asBoolean()).isFalse();
        // one kill: half as much again as the peak
        assertThat(patch.path("reason").asString()).isEqualTo("OOM_EVIDENCE");
        assertThat(patch.at("/sized/memoryLimit").asLong()).isEqualTo(mebi(227));
        assertThat(workload.path("limitThen").asLong())
                .as("not what the last one got")
                .isEqualTo(mebi(227));
        assertThat(patch.path("operations").toString()).contains("ISTIO_BOOTSTRAP_OVERRIDE", "\"227Mi\"");
    }

    @Test
    void takesThePodAsTheLastOneCame() throws Exception {
        String classic = REVIEWS.replace("rawTcp: false", "rawTcp: false, nativeSidecar: false")
                .replace("reason: WORKLOAD_PROFILE", "reason: OWNER")
                .replace("before: {memoryRequest: 128Mi", "before: {memoryRequest: 160Mi");

        JsonNode workload =
                ask(data(classic), "workload", Map.of("namespace", "shop", "kind", "Deployment", "name", "reviews"));
        JsonNode patch = workload.path("patch");

        assertThat(patch.path("assumed").asString())
                .contains("a container beside the application", "memory 160Mi/1Gi as its last pod came with");
        assertThat(patch.path("owned").asBoolean()).isTrue();
        assertThat(workload.path("limitThen").asLong())
                .as("its owner asks for it again")
                .isEqualTo(mebi(200));
        assertThat(patch.path("operations").toString())
                .contains("/spec/containers/1/")
                .doesNotContain("initContainers");
    }

    @Test
    void tellsDecisionsTheNewestFirst() throws Exception {
        JsonNode rows = ask(data(REVIEWS), "decisions", Map.of()).path("rows");

        assertThat(rows).hasSize(2);
        assertThat(rows.at("/0/decision").asString()).isEqualTo("Resize");
        assertThat(rows.at("/0/after/limit").asLong()).isEqualTo(mebi(200));
        assertThat(rows.at("/1/reason").asString()).isEqualTo("NO_PROFILE");
        assertThat(rows.at("/1").has("after")).isFalse();
    }

    @Test
    void namesOfStrangersAreNothingButData() throws Exception {
        String script = "<script>alert(1)</script>";
        String rightToLeft = "\u202Egnp.exe";
        String longest = "a".repeat(253);
        StringBuilder yaml = new StringBuilder();
        for (String name : List.of(script, rightToLeft, longest)) {
            yaml.append(
                    """
                    ---
                    apiVersion: sidecar-sizer.dev/v1alpha1
                    kind: SidecarProfile
                    metadata: {name: p%d, namespace: shop}
                    spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: "%s"}}
                    status: {observed: {pods: 1, lastSample: "2026-11-20T10:00:00Z"}}
                    """
                            .formatted(name.length(), name));
        }
        Data data = data(yaml.toString());

        JsonNode rows = ask(data, "workloads", Map.of()).path("rows");
        List<String> names = new ArrayList<>();
        rows.forEach(row -> names.add(row.path(2).asString()));
        // names are told apart by what a ReplicaSet's name has room for
        assertThat(names).containsExactlyInAnyOrder(script, rightToLeft, "a".repeat(242));
        for (String name : List.of(script, rightToLeft, longest)) {
            JsonNode workload = ask(data, "workload", Map.of("namespace", "shop", "kind", "Deployment", "name", name));
            assertThat(longest.startsWith(workload.path("name").asString())
                            || name.equals(workload.path("name").asString()))
                    .isTrue();
        }
    }

    @Test
    void saysWhereNothingIsKnownOfAWorkload() throws Exception {
        Answer answer = data(REVIEWS).answer("workload", name -> "other");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(Answered.tree(answer).path("error").asString()).isNotEmpty();
    }

    @Test
    void doesNotSayOfAWorkloadThatItIsUnknownBeforeAllAreRead() throws Exception {
        synced = false;

        Answer answer = data("").answer("workload", name -> "other");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(Answered.tree(answer).path("error").asString()).contains("still being read");
    }

    @Test
    void whatStrangersWriteOverflowsNoSum() throws Exception {
        String absurd = REVIEWS.replace("peak: 151Mi", "peak: 1Ti")
                .replace("pods: 3", "pods: 2000000000")
                .replace("oomKills: 1", "oomKills: 2147483647")
                .replace("kills: [1, 0, 0]", "kills: [2147483647, 0, 0]");
        String another = absurd.replace("reviews", "others");

        JsonNode mesh = ask(data(absurd + "---\n" + another), "mesh", Map.of());

        assertThat(mesh.at("/used/peak").asLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(mesh.path("pods").asLong()).isPositive();
        assertThat(mesh.path("oomKills").asLong()).isEqualTo(2L * Integer.MAX_VALUE);
        assertThat(mesh.at("/kills/11/kills").asLong()).isEqualTo(2L * Integer.MAX_VALUE);
        assertThat(mesh.at("/reserved/limitNow").asLong()).isPositive();
    }

    @Test
    void explainsEachWord() throws Exception {
        JsonNode reasons = ask(data(REVIEWS), "words", Map.of()).path("reasons");

        assertThat(reasons.size()).isGreaterThan(20);
        assertThat(reasons)
                .allSatisfy(word -> assertThat(word.path("means").asString()).isNotEmpty());
    }

    @Test
    void whatIfNeedsHistories() throws Exception {
        Data data = data(REVIEWS);

        Answer answer = data.answer("what-if", name -> null);
        while (answer.status() == 202) {
            Thread.sleep(10);
            answer = data.answer("what-if", name -> null);
        }

        assertThat(answer.status()).isEqualTo(200);
        assertThat(Answered.tree(answer).toString())
                .isEqualTo("{\"asOf\":\"2026-11-20T12:00:00Z\",\"state\":\"learning\",\"days\":0,\"fewestDays\":4}");
        Answer wrong = data.answer("what-if", name -> name.equals("risk") ? "2" : null);
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(Answered.tree(wrong).path("error").asString()).contains("at most 0.5");
    }

    @Test
    void tellsTheTermsThatHold() throws Exception {
        assertThat(ask(data(REVIEWS), "terms", Map.of()).toString())
                .isEqualTo("{\"rule\":\"risk\",\"risk\":0.001,\"headroom\":1.2,\"floor\":" + mebi(64) + ",\"ceiling\":"
                        + mebi(1024) + "}");
        String policy =
                """
                ---
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarPolicy
                metadata: {name: all, namespace: sidecar-sizer-system}
                spec: {headroom: 1.5, ceiling: 2Gi}
                """;
        assertThat(ask(data(REVIEWS + policy), "terms", Map.of()).toString())
                .isEqualTo(
                        "{\"policy\":\"sidecar-sizer-system/all\",\"rule\":\"headroom\",\"risk\":0.001,\"headroom\":1.5,"
                                + "\"floor\":" + mebi(64) + ",\"ceiling\":" + mebi(2048) + "}");
    }

    @Test
    void saysWhatToDoInEachState() throws Exception {
        assertThat(state(data(""), NOW)).isEqualTo("empty");
        assertThat(state(data(REVIEWS), NOW)).isEqualTo("ready");
        assertThat(state(data(REVIEWS), NOW.plus(Duration.ofDays(2)))).isEqualTo("stale");
        String young = REVIEWS.lines()
                .filter(line -> !line.contains("recommendation"))
                .reduce("", (text, line) -> text + line + "\n");
        assertThat(state(data(young), NOW)).isEqualTo("learning");
        assertThat(Outlook.of(board.rows(), source(false, Duration.ZERO), NOW).state())
                .isEqualTo(Outlook.State.DEGRADED);
        Outlook away = Outlook.of(board.rows(), source(true, Duration.ofMinutes(10)), NOW);
        assertThat(away.state()).isEqualTo(Outlook.State.DEGRADED);
        assertThat(away.notes()).anySatisfy(note -> assertThat(note).contains("10 min"));
    }

    private String state(Data any, Instant now) {
        Outlook outlook = Outlook.of(board.rows(), source(true, Duration.ZERO), now);
        assertThat(outlook.notes()).allSatisfy(note -> assertThat(note).hasSizeGreaterThan(40));
        assertThat(outlook.notes().isEmpty()).isEqualTo(outlook.state() == Outlook.State.READY);
        any.close();
        return Fields.word(outlook.state());
    }

    private Source source(boolean synced, Duration age) {
        return new Source() {
            @Override
            public boolean synced() {
                return synced;
            }

            @Override
            public Duration age() {
                return age;
            }

            @Override
            public Brake brake() {
                return brake;
            }
        };
    }

    private Data data(String yaml) throws IOException {
        Files.writeString(folder.resolve("profiles.yaml"), yaml);
        FolderStore store = FolderStore.read(folder, "sidecar-sizer-system", problem -> {
            throw new AssertionError(problem);
        });
        board.rows().forEach(row -> board.misses(row.object()));
        store.stored().forEach(board::sees);
        Judge judge = new Judge(store.profiles(), store.policies(), store.surroundings(), () -> cap);
        return new Data(
                board,
                judge,
                source(synced, Duration.ZERO),
                new WhatIf(into -> {}),
                "sidecar-sizer-system",
                "1.0",
                () -> NOW);
    }

    private static JsonNode ask(Data data, String name, Map<String, String> parameters) throws Exception {
        Answer answer = data.answer(name, parameters::get);
        assertThat(answer.status()).isEqualTo(200);
        return Answered.tree(answer);
    }

    private static long mebi(long mebibytes) {
        return mebibytes << 20;
    }
}
