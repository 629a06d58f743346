package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.SharedControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The kinds on a real API server: what is right is stored as written, what is wrong is refused with the remedy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedControlPlane.class)
class CrdIT {

    private static final Path EXAMPLES = Path.of("src", "test", "resources", "deploy");
    private static final String NAMESPACE = "kinds";

    private final ControlPlane plane;

    CrdIT(ControlPlane plane) {
        this.plane = plane;
        plane.apply(plane.render(Manifests.DEPLOY.resolve("crds")));
        plane.createNamespace(NAMESPACE, Map.of());
        expectOk(kubectl("", "wait", "--for=condition=Established", "crd", "--all", "--timeout=30s"));
    }

    @Test
    void storesExamplesAsWritten() throws IOException {
        String policy =
                Files.readString(EXAMPLES.resolve("policy.yaml")).replace("namespace: shop", "namespace: kinds");
        String profile =
                Files.readString(EXAMPLES.resolve("profile.yaml")).replace("namespace: shop", "namespace: kinds");
        for (String object : List.of(policy, profile)) {
            expectOk(kubectl(object, "apply", "--server-side", "-f", "-"));
        }
        expectOk(kubectl(profile, "apply", "--server-side", "--subresource=status", "-f", "-"));

        JsonNode stored = Manifests.parse(kubectl("", "get", "sprof", "deployment-reviews", "-o", "yaml")
                        .out())
                .objects()
                .getFirst();
        JsonNode written = Manifests.parse(profile).objects().getFirst();
        assertThat(stored.path("status")).isEqualTo(written.path("status"));
        assertThat(stored.at("/spec/workload")).isEqualTo(written.at("/spec/workload"));
        assertThat(stored.at("/spec/scope").asString()).isEqualTo("Workload");
        assertThat(Manifests.parse(
                                kubectl("", "get", "spol", "all", "-o", "yaml").out())
                        .objects()
                        .getFirst()
                        .path("spec"))
                .isEqualTo(Manifests.parse(policy).objects().getFirst().path("spec"));

        assertThat(columns("sprof"))
                .containsExactly(
                        "NAME",
                        "WORKLOAD",
                        "KIND",
                        "REQUEST",
                        "LIMIT",
                        "PEAK",
                        "OOM-KILLS",
                        "READY",
                        "DECISION",
                        "NEW-LIMIT",
                        "FINDING",
                        "AGE");
        assertThat(kubectl("", "get", "sprof", "deployment-reviews", "--no-headers")
                        .out())
                .containsSubsequence("reviews", "Deployment", "96Mi", "192Mi", "151Mi", "0", "True");
        assertThat(columns("spol"))
                .containsExactly("NAME", "FLOOR", "CEILING", "HEADROOM", "OVERLOAD", "GATEWAYS", "AGE");
        assertThat(kubectl("", "get", "spol", "all", "--no-headers").out())
                .containsSubsequence("all", "64Mi", "1Gi", "1.2", "true", "false");
        assertThat(kubectl("", "get", "sidecar-sizer").out()).contains("deployment-reviews", "sidecarpolicy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{workload: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web}, revision: 6d4cf56db6}",
                "{workload: {apiVersion: apps/v1, kind: Deployment, name: web}, concurrency: 4096}",
                "{scope: Namespace}",
                "{scope: Mesh}"
            })
    void acceptsProfileOf(String spec) {
        expectOk(create("SidecarProfile", spec));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {}                                   | workload is required where scope is Workload: name its apiVersion, kind and name
            {scope: Workload}                    | workload is required where scope is Workload: name its apiVersion, kind and name
            {scope: Mesh, workload: {apiVersion: v1, kind: Pod, name: a}} | workload must be left out where scope is Namespace or Mesh: remove it
            {scope: Namespace, revision: 6d4cf5} | revision needs a workload whose pod template it is: remove revision
            {scope: Namespace, concurrency: 2}   | concurrency needs a workload whose proxies have it: remove concurrency
            {workload: {apiVersion: v1, kind: Pod, name: a}, concurrency: 0} | should be greater than or equal to 1
            {workload: {apiVersion: v1, kind: Pod, name: a}, concurrency: 4097} | should be less than or equal to 4096
            {scope: Cluster}                     | supported values: "Workload", "Namespace", "Mesh"
            {workload: {kind: Pod, name: a}}     | spec.workload.apiVersion: Required value
            """)
    void refusesProfileOf(String spec, String why) {
        assertThat(refusal(create("SidecarProfile", spec))).contains(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{floor: 16Mi, ceiling: 1Ti}",
                "{floor: '134217728', ceiling: '134217728'}",
                "{floor: 1.5Gi, ceiling: '2e9'}",
                "{idleTimeout: {http: none, tcp: 1h30m}, minHistory: 0s}",
                "{groupBy: [workflows.argoproj.io/workflow-template, app]}",
                "{oomLoop: resize}",
                "{rollout: {percent: 1, after: 720h, then: hold}}",
                "{rollout: {}}"
            })
    void acceptsPolicyOf(String spec) {
        expectOk(create("SidecarPolicy", spec));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {floor: 1Mi}                    | spec.floor | floor must be a memory quantity between 16Mi and 1Ti, such as 64Mi
            {floor: '-1'}                   | spec.floor | floor must be a memory quantity between 16Mi and 1Ti, such as 64Mi
            {floor: 1.5.5}                  | spec.floor | floor must be a memory quantity between 16Mi and 1Ti, such as 64Mi
            {ceiling: 2Ti}                  | spec.ceiling | ceiling must be a memory quantity between 16Mi and 1Ti, such as 1Gi
            {ceiling: 8Ei}                  | spec.ceiling | ceiling must be a memory quantity between 16Mi and 1Ti, such as 1Gi
            {ceiling: '1e999999999'}        | spec.ceiling | ceiling must be a memory quantity between 16Mi and 1Ti, such as 1Gi
            {ceiling: '9999999999999999e99'} | spec.ceiling | ceiling must be a memory quantity between 16Mi and 1Ti, such as 1Gi
            {ceiling: '1e9999999999999999999'} | spec.ceiling | may not be more than 20 bytes
            {floor: 512Mi, ceiling: 256Mi}  | spec.floor | floor (64Mi where left out) must not be above ceiling (1Gi where left out): lower floor or raise ceiling
            {floor: 2Gi}                    | spec.floor | floor (64Mi where left out) must not be above ceiling (1Gi where left out): lower floor or raise ceiling
            {ceiling: 32Mi}                 | spec.floor | floor (64Mi where left out) must not be above ceiling (1Gi where left out): lower floor or raise ceiling
            {oomRisk: 0}                    | spec.oomRisk | oomRisk must be above 0 and at most 0.5, such as 0.001
            {oomRisk: 0.51}                 | spec.oomRisk | oomRisk must be above 0 and at most 0.5, such as 0.001
            {headroom: 0.9}                 | spec.headroom | headroom must be a factor between 1 and 10, such as 1.2
            {headroom: 11}                  | spec.headroom | headroom must be a factor between 1 and 10, such as 1.2
            {minHistory: 1d}                | spec.minHistory | minHistory must be a duration between 0s and 2160h, such as 24h
            {minHistory: 2161h}             | spec.minHistory | minHistory must be a duration between 0s and 2160h, such as 24h
            {minHistory: 999999h999999h}    | spec.minHistory | minHistory must be a duration between 0s and 2160h, such as 24h
            {idleTimeout: {http: 0s}}       | spec.idleTimeout.http | idleTimeout.http must be a duration between 1s and 24h, such as 300s, or none
            {idleTimeout: {tcp: 24h1s}}     | spec.idleTimeout.tcp | idleTimeout.tcp must be a duration between 1s and 24h, such as 3600s, or none
            {groupBy: ['a b']}              | spec.groupBy[0] | each entry of groupBy must be the key of a label, of at most 317 characters, such as
            {groupBy: [a, a]}               | spec.groupBy[1] | Duplicate value
            {oomLoop: restart}              | spec.oomLoop | supported values: "tell", "resize", "evict"
            {rollout: {percent: 0}}         | spec.rollout.percent | should be greater than or equal to 1
            {rollout: {percent: 101}}       | spec.rollout.percent | should be less than or equal to 100
            {rollout: {percent: few}}       | spec.rollout.percent | must be of type integer
            {rollout: {after: 0s}}          | spec.rollout.after | rollout.after must be a duration between 1s and 720h, such as 24h
            {rollout: {after: 721h}}        | spec.rollout.after | rollout.after must be a duration between 1s and 720h, such as 24h
            {rollout: {after: 1d}}          | spec.rollout.after | rollout.after must be a duration between 1s and 720h, such as 24h
            {rollout: {then: some}}         | spec.rollout.then | supported values: "all", "hold"
            """)
    void refusesPolicyOf(String spec, String field, String why) {
        assertThat(refusal(create("SidecarPolicy", spec))).contains(field).contains(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            recommendation: {memoryRequest: 8Mi, memoryLimit: 192Mi}   | recommendation.memoryRequest | memoryRequest must be a memory quantity between 16Mi and 1Ti, such as 96Mi
            recommendation: {memoryRequest: 96Mi, memoryLimit: 8Ei}    | recommendation.memoryLimit | memoryLimit must be a memory quantity between 16Mi and 1Ti, such as 192Mi
            recommendation: {memoryRequest: 96Mi, memoryLimit: '1e999999999'} | recommendation.memoryLimit | memoryLimit must be a memory quantity between 16Mi and 1Ti, such as 192Mi
            recommendation: {memoryRequest: 256Mi, memoryLimit: 192Mi} | recommendation.memoryRequest | memoryRequest must not be above memoryLimit: lower memoryRequest or raise memoryLimit
            recommendation: {memoryLimit: 192Mi}                       | recommendation.memoryRequest | Required value
            recommendation: {memoryRequest: 96Mi, memoryLimit: 1Gi, idleTimeout: 48h} | recommendation.idleTimeout | idleTimeout must be a duration between 1s and 24h, such as 300s, or none
            observed: {p50: '-1'}                                      | observed.p50 | p50 must be a memory quantity between 0 and 1Ti, such as 61Mi
            observed: {p90: NaN}                                       | observed.p90 | p90 must be a memory quantity between 0 and 1Ti, such as 78Mi
            observed: {p99: 1.5.5}                                     | observed.p99 | p99 must be a memory quantity between 0 and 1Ti, such as 120Mi
            observed: {peak: 1Ei}                                      | observed.peak | peak must be a memory quantity between 0 and 1Ti, such as 151Mi
            observed: {live: 2Ti}                                      | observed.live | live must be a memory quantity between 0 and 1Ti, such as 66Mi
            observed: {oomLimit: '1e999999999'}                        | observed.oomLimit | oomLimit must be a memory quantity between 0 and 1Ti, such as 128Mi
            observed: {daily: {through: '2026-11-20', peaks: [151Mi, much]}} | observed.daily.peaks[1] | peaks must be memory quantities between 0 and 1Ti, such as 151Mi
            observed: {daily: {through: '2026-11-20', peaks: [], kills: [-1]}} | observed.daily.kills[0] | should be greater than or equal to 0
            observed: {daily: {through: '2026-11-20', peaks: ['0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0']}} | observed.daily.peaks | must have at most 14 items
            observed: {daily: {through: 2026-11-2x, peaks: []}}        | observed.daily.through | should match '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
            guard: {verdict: Lower}                                    | guard.verdict | supported values: "Raise", "Withdraw"
            guard: {verdict: Raise, memoryLimit: 8Ei}                  | guard.memoryLimit | memoryLimit must be a memory quantity between 16Mi and 1Ti, such as 288Mi
            facts: {allocated: much}                                   | facts.allocated | allocated must be a memory quantity between 0 and 1Ti, such as 41Mi
            facts: {heap: 2Ti}                                         | facts.heap | heap must be a memory quantity between 0 and 1Ti, such as 96Mi
            facts: {physical: '-1'}                                    | facts.physical | physical must be a memory quantity between 0 and 1Ti, such as 64Mi
            facts: {agent: 1Ei}                                        | facts.agent | agent must be a memory quantity between 0 and 1Ti, such as 38Mi
            facts: {clusters: -1}                                      | facts.clusters | should be greater than or equal to 0
            facts: {shedding: 1.5}                                     | facts.shedding | should be less than or equal to 1
            facts: {pressure: -0.1}                                    | facts.pressure | should be greater than or equal to 0
            facts: {shrinksPerHour: -1}                                | facts.shrinksPerHour | should be greater than or equal to 0
            observed: {oomKills: -1}                                   | observed.oomKills | should be greater than or equal to 0
            decisions: [{mode: audit, decision: Drop, reason: A, count: 1, lastSeen: '2026-11-20T10:00:00Z'}] | decisions[0].decision | supported values: "Resize", "Keep"
            decisions: [{mode: audit, decision: Keep, reason: A, count: 1, lastSeen: '2026-11-20T10:00:00Z', before: {memoryLimit: '1e999999999'}}] | decisions[0].before.memoryLimit | before.memoryLimit must be a memory quantity with an exponent below 100, such as 1Gi
            decisions: [{mode: audit, decision: Keep, reason: A, count: 1, lastSeen: '2026-11-20T10:00:00Z', before: {memoryRequest: much}}] | decisions[0].before.memoryRequest | before.memoryRequest must be a memory quantity with an exponent below 100, such as 128Mi
            decisions: [{mode: audit, decision: Keep, reason: A, count: 1, lastSeen: '2026-11-20T10:00:00Z', after: {memoryLimit: much}}] | decisions[0].after.memoryLimit | after.memoryLimit must be a memory quantity with an exponent below 100, such as 192Mi
            decisions: [{mode: audit, decision: Keep, reason: A, count: 1, lastSeen: '2026-11-20T10:00:00Z', after: {memoryRequest: much}}] | decisions[0].after.memoryRequest | after.memoryRequest must be a memory quantity with an exponent below 100, such as 96Mi
            """)
    void refusesStatusOf(String status, String field, String why) {
        String profile = object("SidecarProfile", "bad-status", "{scope: Namespace}");
        expectOk(kubectl(profile, "apply", "--server-side", "-f", "-"));

        Command.Outcome outcome = kubectl(
                profile + "status:\n  " + status + "\n", "apply", "--server-side", "--subresource=status", "-f", "-");

        assertThat(refusal(outcome)).contains("status." + field).contains(why);
    }

    @Test
    void keepsAHistoryAsWritten() {
        String history = object("SidecarHistory", "kept", "{scope: Namespace}")
                + "through: '2026-11-20T10:00:00Z'\ndata: " + "h".repeat(4096) + "\n";
        expectOk(kubectl(history, "create", "-f", "-"));

        assertThat(kubectl("", "get", "shist", "kept", "-o", "jsonpath={.data}")
                        .out()
                        .strip())
                .hasSize(4096);
        assertThat(columns("shist")).containsExactly("NAME", "WORKLOAD", "KIND", "THROUGH", "AGE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            {scope: Namespace} | data: '' | data in body should be at least 1 chars long
            {scope: Namespace} | through: yesterday | through in body must be of type date-time
            {scope: Namespace} | through: '2026-11-20T10:00:00Z' | data: Required value
            {scope: Workload}  | data: a | workload is required where scope is Workload
            {scope: Mesh, revision: 6d4cf5} | data: a | revision needs a workload whose pod template it is
            """)
    void refusesHistoryOf(String spec, String rest, String why) {
        String history = object("SidecarHistory", "tried", spec) + rest + "\n";
        assertThat(refusal(kubectl(history, "create", "--dry-run=server", "-f", "-")))
                .contains(why);
    }

    @Test
    void statusIsWrittenOnlyAsStatus() {
        String profile =
                object("SidecarProfile", "two-writers", "{scope: Namespace}") + "status: {observed: {pods: 3}}\n";
        expectOk(kubectl(profile, "create", "-f", "-"));
        assertThat(kubectl("", "get", "sprof", "two-writers", "-o", "jsonpath={.status}")
                        .out())
                .isBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sidecarprofiles", "sidecarpolicies", "sidecarhistories"})
    void explainsEveryField(String kind) {
        JsonNode crd = Manifests.listedIn(Manifests.DEPLOY.resolve("crds"))
                .named("CustomResourceDefinition", kind + ".sidecar-sizer.dev");
        List<String> objects = new ArrayList<>(List.of(kind));
        JsonNode properties = crd.at("/spec/versions/0/schema/openAPIV3Schema/properties");
        for (String part : List.of("spec", "status")) {
            collectObjects(kind + "." + part, properties.path(part), objects);
        }
        assertThat(objects).hasSizeGreaterThan(2);
        for (String path : objects) {
            Command.Outcome outcome = kubectl("", "explain", path);
            expectOk(outcome);
            assertThat(outcome.out())
                    .as(path)
                    .contains("DESCRIPTION")
                    .doesNotContain("<no description>")
                    .doesNotContain("<empty>");
        }
    }

    private static void collectObjects(String path, JsonNode schema, List<String> objects) {
        JsonNode properties = schema.has("items") ? schema.at("/items/properties") : schema.path("properties");
        if (properties.isObject()) {
            objects.add(path);
            properties.forEachEntry((name, field) -> collectObjects(path + "." + name, field, objects));
        }
    }

    private Command.Outcome create(String kind, String spec) {
        return kubectl(object(kind, "tried", spec), "create", "--dry-run=server", "-f", "-");
    }

    private static String object(String kind, String name, String spec) {
        return """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: %s
                metadata: {name: %s, namespace: %s}
                spec: %s
                """
                .formatted(kind, name, NAMESPACE, spec);
    }

    private List<String> columns(String kind) {
        return Arrays.asList(
                kubectl("", "get", kind).out().lines().findFirst().orElseThrow().split("\\s+", -1));
    }

    private Command.Outcome kubectl(String input, String... words) {
        List<String> all = new ArrayList<>(plane.kubectl());
        all.addAll(List.of(words));
        all.add("--namespace=" + NAMESPACE);
        return new Command(all).run(input);
    }

    private static void expectOk(Command.Outcome outcome) {
        assertThat(outcome.ok()).as(outcome.err()).isTrue();
    }

    private static String refusal(Command.Outcome outcome) {
        assertThat(outcome.ok()).as("it was accepted: " + outcome.out()).isFalse();
        return outcome.err();
    }
}
