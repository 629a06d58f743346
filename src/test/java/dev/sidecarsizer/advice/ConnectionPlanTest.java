package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.advice.ConnectionPlan.Proposal;
import dev.sidecarsizer.advice.ConnectionPlan.Wanted;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which rule holds decides what is written, and where. */
class ConnectionPlanTest {

    private static final String LEDGER = "ledger.bank.svc.cluster.local";

    private final List<JsonNode> rules = new ArrayList<>();
    private final List<Wanted> wanted = new ArrayList<>();
    private final List<ProxyFacts> known = new ArrayList<>();
    private MeshSettings mesh = MeshSettings.USUAL;

    @Test
    void aServiceWithoutARuleGetsOneInItsOwnNamespace() {
        Proposal proposal = of("shop", 5000, null, LEDGER);

        assertThat(proposal.rules())
                .containsExactly(
                        rule(
                                """
                                {apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: ledger, namespace: bank},
                                 spec: {host: ledger.bank.svc.cluster.local, trafficPolicy: {
                                   connectionPool: {tcp: {maxConnections: 5000}, http: {idleTimeout: 300s}}}}}
                                """));
        assertThat(proposal.says())
                .containsExactly(
                        LEDGER + ": no DestinationRule: no maxConnections, no idleTimeout, no outlierDetection",
                        "maxConnections is what the largest client that is known here has open: gateways, namespaces that"
                                + " have not opted in and, without -A, other namespaces may have more, which would wait: raise"
                                + " it first",
                        "outlierDetection is not written: it ejects endpoints that fail, and has requests keep to their own"
                                + " zone; where that is wanted: trafficPolicy: {outlierDetection: {}}");
    }

    @Test
    void whatIsThereStaysAndIsAddedTo() {
        has(
                """
                {metadata: {name: ledger, namespace: bank, uid: a, labels: {team: bank}, annotations: {
                   kubectl.kubernetes.io/last-applied-configuration: "{}"}}, spec: {host: ledger, exportTo: ["*"], trafficPolicy: {
                   tls: {mode: ISTIO_MUTUAL}, connectionPool: {tcp: {connectTimeout: 3s}, http: {idleTimeout: 60s}},
                   portLevelSettings: [{port: {number: 9090}}]},
                 subsets: [{name: v1, trafficPolicy: {connectionPool: {http: {maxRetries: 3}}}}, {name: v2}]}}
                """);

        Proposal proposal = of("shop", 5000, null, LEDGER);

        assertThat(proposal.rules())
                .containsExactly(
                        rule(
                                """
                                {apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: ledger, namespace: bank,
                                   labels: {team: bank}}, spec: {host: ledger, exportTo: ["*"], trafficPolicy: {
                                   tls: {mode: ISTIO_MUTUAL},
                                   connectionPool: {tcp: {connectTimeout: 3s, maxConnections: 5000}, http: {idleTimeout: 60s}},
                                   portLevelSettings: [{port: {number: 9090},
                                     connectionPool: {tcp: {maxConnections: 5000}, http: {idleTimeout: 300s}}}]},
                                 subsets: [{name: v1, trafficPolicy: {connectionPool: {
                                   http: {maxRetries: 3, idleTimeout: 300s}, tcp: {maxConnections: 5000}}}}, {name: v2}]}}
                                """));
        assertThat(rules.getFirst().at("/spec/trafficPolicy/connectionPool/tcp"))
                .as("what is stored")
                .hasSize(1);
    }

    @Test
    void nothingIsWrittenWhereItIsBoundedAndClosed() {
        has(
                """
                {metadata: {name: ledger, namespace: bank}, spec: {host: ledger, trafficPolicy: {outlierDetection: {},
                   connectionPool: {tcp: {maxConnections: 100}, http: {idleTimeout: 60s}}}}}
                """);

        assertThat(of("shop", 5000, null, LEDGER))
                .isEqualTo(new Proposal(
                        List.of(),
                        List.of(LEDGER + ": DestinationRule bank/ledger bounds and closes its connections")));
    }

    @Test
    void theClientsOwnRuleComesFirst() {
        has("{metadata: {name: theirs, namespace: bank}, spec: {host: ledger}}");
        has("{metadata: {name: ours, namespace: shop}, spec: {host: " + LEDGER + "}}");
        has("{metadata: {name: of-all, namespace: istio-system}, spec: {host: \"*.local\"}}");

        assertThat(written("shop")).containsExactly("shop/ours");
        assertThat(written("other")).containsExactly("bank/theirs");
    }

    @Test
    void whatIsNotExportedToTheClientDoesNotHold() {
        has("{metadata: {name: theirs, namespace: bank}, spec: {host: ledger, exportTo: [.]}}");
        has("{metadata: {name: for-another, namespace: shop}, spec: {host: " + LEDGER + ", exportTo: [another]}}");

        assertThat(written("shop")).containsExactly("shop/ledger");
        assertThat(written("bank")).containsExactly("bank/theirs");
    }

    /** Of two rules for one host that it may see, istiod takes the younger, without what the elder says. */
    @Test
    void aRuleThatOnlyOthersSeeStaysTheirs() {
        has(
                "{metadata: {name: theirs, namespace: bank}, spec: {host: ledger, exportTo: [another], trafficPolicy: {tls: {mode: MUTUAL}}}}");

        assertThat(of("shop", 5000, null, LEDGER).rules())
                .containsExactly(
                        rule(
                                """
                                {apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: ledger, namespace: shop},
                                 spec: {host: ledger.bank.svc.cluster.local, exportTo: [.], trafficPolicy: {
                                   connectionPool: {tcp: {maxConnections: 5000}, http: {idleTimeout: 300s}}}}}
                                """));
    }

    @Test
    void aRuleForManyHostsThatOnlyOthersSeeStaysTheirs() {
        has(
                "{metadata: {name: theirs, namespace: bank}, spec: {host: \"*.bank.svc.cluster.local\", exportTo: [another]}}");
        has(
                "{metadata: {name: all, namespace: istio-system}, spec: {host: \"*.local\", exportTo: [\"*\"], trafficPolicy: {tls: {mode: MUTUAL}}}}");

        ObjectNode written = of("shop", 5000, null, LEDGER).rules().getFirst();

        assertThat(Resource.path(written)).isEqualTo("shop/ledger");
        assertThat(written.at("/spec/exportTo")).isEqualTo(Pods.tree("[.]"));
        assertThat(written.at("/spec/trafficPolicy/tls/mode")).isEqualTo(Pods.tree("MUTUAL"));
    }

    @Test
    void twoForTheSameHostsAndForDifferentClientsAreNotMadeOne() {
        has("{metadata: {name: ours, namespace: bank}, spec: {host: \"*.bank.svc.cluster.local\", exportTo: [shop]}}");
        has(
                "{metadata: {name: theirs, namespace: bank}, spec: {host: \"*.bank.svc.cluster.local\", exportTo: [another]}}");
        has("{metadata: {name: all, namespace: bank}, spec: {host: \"*.local\"}}");

        assertThat(written("shop")).containsExactly("shop/ledger");
        rules.remove(1);
        assertThat(written("shop"))
                .as("what is less specific is hidden already")
                .containsExactly("bank/ledger");
    }

    @Test
    void whereRulesAreKeptPrivateOneIsWhereItIsSeen() {
        mesh = MeshSettings.of(Pods.tree("{defaultDestinationRuleExportTo: [.]}"));

        assertThat(written("shop")).containsExactly("shop/ledger");
    }

    @Test
    void theMeshMayKeepRulesPrivate() {
        has("{metadata: {name: theirs, namespace: bank}, spec: {host: ledger}}");
        mesh = MeshSettings.of(Pods.tree("{rootNamespace: roots, defaultDestinationRuleExportTo: [.]}"));
        has(
                "{metadata: {name: of-all, namespace: roots}, spec: {host: \"*.bank.svc.cluster.local\", exportTo: [\"*\"]}}");

        assertThat(of("shop", 5000, null, LEDGER).says().getFirst()).contains("DestinationRule roots/of-all");
    }

    /** A rule of one host hides that for many: it must say all that this does, such as how it encrypts. */
    @Test
    void oneForManyHostsIsStoodInFor() {
        has(
                """
                {metadata: {name: of-all, namespace: istio-system}, spec: {host: "*.local", exportTo: ["*"],
                   trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}, subsets: [{name: v1}]}}
                """);
        has(
                "{metadata: {name: of-more, namespace: istio-system}, spec: {host: \"*.local\", exportTo: [\"*\"], subsets: [{name: v1}, {name: v2}]}}");
        has("{metadata: {name: ledger, namespace: bank}, spec: {host: other}}");

        assertThat(of("shop", 5000, null, LEDGER).rules())
                .containsExactly(
                        rule(
                                """
                                {apiVersion: networking.istio.io/v1, kind: DestinationRule,
                                 metadata: {name: ledger-connections, namespace: bank}, spec: {
                                   host: ledger.bank.svc.cluster.local, exportTo: ["*"], trafficPolicy: {tls: {mode: ISTIO_MUTUAL},
                                   connectionPool: {tcp: {maxConnections: 5000}, http: {idleTimeout: 300s}}},
                                   subsets: [{name: v1}, {name: v2}]}}
                                """));
    }

    /** Its encryption would be lost for whoever calls, were it not known to hold. */
    @Test
    void oneForAllHostsHoldsForEach() {
        has(
                "{metadata: {name: all, namespace: istio-system}, spec: {host: \"*\", trafficPolicy: {tls: {mode: MUTUAL}}}}");

        assertThat(of("shop", 5000, null, LEDGER).rules().getFirst().at("/spec/trafficPolicy/tls/mode"))
                .isEqualTo(Pods.tree("MUTUAL"));
    }

    @Test
    void whatIsNotCertainIsNotTouched() {
        has("{metadata: {name: some, namespace: shop}, spec: {host: " + LEDGER
                + ", workloadSelector: {matchLabels: {app: a}}}}");
        has("{metadata: {name: all, namespace: shop}, spec: {host: " + LEDGER + "}}");

        assertThat(of("shop", 5000, null, LEDGER))
                .isEqualTo(new Proposal(
                        List.of(),
                        List.of(LEDGER + ": which of [shop/all, shop/some] holds is not certain: make them one")));
    }

    @Test
    void ruleOfTwoClientsIsWrittenOnceForTheLargerOfThem() {
        wanted("shop", 2000, 100.0, LEDGER);
        wanted("other", 9000, 0.0, LEDGER);

        Map<WorkloadKey, Proposal> proposals = ConnectionPlan.of(wanted, known, rules, mesh);

        assertThat(proposals.values()).extracting(one -> one.rules().size()).containsExactly(1, 0);
        assertThat(Objects.requireNonNull(proposals.get(workload("shop")))
                        .rules()
                        .getFirst()
                        .at("/spec/trafficPolicy/connectionPool"))
                .isEqualTo(Pods.tree("{tcp: {maxConnections: 9000}, http: {idleTimeout: 300s}}"));
    }

    /** A proxy that uses all of its connections is none with a finding, and is cut off by the rule like another. */
    @Test
    void noClientThatIsKnownHasMoreThanTheRuleAllows() {
        known.add(facts(50_000, 9000.0, LEDGER));
        known.add(facts(70_000, 9000.0, "other.bank.svc.cluster.local"));

        assertThat(of("shop", 5000, null, LEDGER).rules().getFirst().at("/spec/trafficPolicy/connectionPool/tcp"))
                .isEqualTo(Pods.tree("{maxConnections: 50000}"));
    }

    @Test
    void aWildcardThatIsCalledAsSuchKeepsItsRule() {
        has("{metadata: {name: wild, namespace: egress}, spec: {host: \"*.example.com\"}}");

        assertThat(of("shop", 5000, null, "egress/*.example.com").rules())
                .extracting(Resource::path)
                .containsExactly("egress/wild");
    }

    /** Whoever may write a profile could cut others off. */
    @Test
    void noRuleAllowsFewerThanAreAFinding() {
        assertThat(of("shop", 1, null, LEDGER).rules().getFirst().at("/spec/trafficPolicy/connectionPool/tcp"))
                .isEqualTo(Pods.tree("{maxConnections: 1000}"));
    }

    @Test
    void nothingIsWrittenWhereNoCallWasSeen() {
        assertThat(of("shop", 5000, null).rules()).isEmpty();
        assertThat(of("shop", 5000, null).says()).singleElement().asString().startsWith("no service was seen");
    }

    @Test
    void aHostOutsideOfTheClusterHasARuleWhereItsEntryIs() {
        assertThat(of("shop", 5000, null, "egress/db.Example.com", "api.example.com")
                        .rules())
                .extracting(Resource::path)
                .containsExactly("egress/db.example.com", "shop/api.example.com");
    }

    /** One of the client's namespace would hide that, and the way it encrypts, for whoever calls it from there. */
    @Test
    void aRuleThatMayHoldIsNotHidden() {
        has(
                "{metadata: {name: api, namespace: egress}, spec: {host: api.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}}");

        Proposal proposal = of("shop", 5000, null, "api.example.com");

        assertThat(proposal.rules()).isEmpty();
        assertThat(proposal.says())
                .containsExactly("api.example.com: whether one of [egress/api] holds is not certain: telemetry does not"
                        + " tell of which namespace the service is");
        has("{metadata: {name: ours, namespace: shop}, spec: {host: api.example.com}}");
        assertThat(of("shop", 5000, null, "api.example.com").rules())
                .as("the client's own comes first, whoever else has one")
                .extracting(Resource::path)
                .containsExactly("shop/ours");
    }

    @Test
    void noRuleForManyHostsIsMade() {
        has(
                "{metadata: {name: api, namespace: other}, spec: {host: api.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}}");

        assertThat(of("shop", 5000, null, "egress/*.example.com"))
                .isEqualTo(new Proposal(
                        List.of(),
                        List.of(
                                "*.example.com: no DestinationRule is written for many hosts: it would hide those for one"
                                        + " of them")));
    }

    private List<String> written(String client) {
        wanted.clear();
        return of(client, 5000, null, LEDGER).rules().stream()
                .map(Resource::path)
                .toList();
    }

    private Proposal of(String client, long connections, @Nullable Double requestRate, String... called) {
        wanted(client, connections, requestRate, called);
        return Objects.requireNonNull(
                ConnectionPlan.of(wanted, known, rules, mesh).get(workload(client)));
    }

    private void wanted(String client, long connections, @Nullable Double requestRate, String... called) {
        wanted.add(new Wanted(workload(client), facts(connections, requestRate, called)));
    }

    private static ProxyFacts facts(long connections, @Nullable Double requestRate, String... called) {
        return ProxyFacts.lasting(null, List.of(called)).with(new ProxyLoad(connections, requestRate));
    }

    private void has(String yaml) {
        rules.add(Pods.tree(yaml));
    }

    private static ObjectNode rule(String yaml) {
        return (ObjectNode) Pods.tree(yaml);
    }

    private static WorkloadKey workload(String namespace) {
        return new WorkloadKey(namespace, "apps", "Deployment", "reviews");
    }
}
