package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.advice.SidecarPlan.Around;
import dev.sidecarsizer.advice.SidecarPlan.Proposal;
import dev.sidecarsizer.advice.SidecarPlan.Wanted;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Destinations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a cluster has already decides what is applied. */
class SidecarPlanTest {

    private static final WorkloadKey REVIEWS = workload("reviews");
    private static final WorkloadKey OTHER = workload("other");
    private static final String RATINGS = "ratings.shop.svc.cluster.local";
    private static final String LEDGER = "ledger.bank.svc.cluster.local";

    private final Map<WorkloadKey, List<Map<String, String>>> pods = new LinkedHashMap<>();
    private final Map<WorkloadKey, Map<String, String>> resting = new LinkedHashMap<>();
    private final List<JsonNode> sidecars = new ArrayList<>();
    private final List<JsonNode> root = new ArrayList<>();
    private final List<JsonNode> virtualServices = new ArrayList<>();
    private final List<Wanted> wanted = new ArrayList<>();
    private MeshSettings mesh = MeshSettings.USUAL;

    @Test
    void selectsByTheLabelsThatAllPodsHave() {
        pod(REVIEWS, Map.of("app", "reviews", "version", "v1", "pod-template-hash", "7d"));
        pod(REVIEWS, Map.of("app", "reviews", "version", "v2", "pod-template-hash", "8e"));

        JsonNode sidecar = applied(REVIEWS);

        assertThat(sidecar.at("/spec/workloadSelector/labels")).isEqualTo(Pods.tree("{app: reviews}"));
        assertThat(hosts(sidecar)).containsExactly("istio-system/*", "kube-system/*", "shop/" + RATINGS);
        assertThat(sidecar.at("/metadata/name").asString()).isEqualTo("reviews");
    }

    @Test
    void keepsAllOfAnotherRootNamespace() {
        pod(REVIEWS, Map.of("app", "reviews"));
        mesh = MeshSettings.of(Pods.tree("{rootNamespace: roots}"));

        assertThat(hosts(applied(REVIEWS)))
                .containsExactly("istio-system/*", "kube-system/*", "roots/*", "shop/" + RATINGS);
    }

    /** Without the one that says who may call, each request that comes in is refused. */
    @Test
    void keepsWhomProxiesAskByThemselves() {
        pod(REVIEWS, Map.of("app", "reviews"));
        mesh = MeshSettings.of(
                Pods.tree(
                        """
                        {extensionProviders: [
                          {name: who, envoyExtAuthzGrpc: {service: ext-authz.auth.svc.cluster.local, port: 9000}},
                          {name: traces, opentelemetry: {service: traces/collector.example.com, port: 4317}}]}
                        """));

        assertThat(hosts(applied(REVIEWS)))
                .containsExactly(
                        "istio-system/*",
                        "kube-system/*",
                        "auth/ext-authz.auth.svc.cluster.local",
                        "shop/" + RATINGS,
                        "traces/collector.example.com");
    }

    @Test
    void keepsWhatIsRoutedTo() {
        pod(REVIEWS, Map.of("app", "reviews"));
        virtualServices.add(
                Pods.tree(
                        """
                        {metadata: {name: r, namespace: shop}, spec: {hosts: [ratings],
                          http: [{route: [{destination: {host: ratings-v2}}]}]}}
                        """));

        assertThat(hosts(applied(REVIEWS)))
                .containsExactly(
                        "istio-system/*", "kube-system/*", "shop/ratings-v2.shop.svc.cluster.local", "shop/" + RATINGS);
    }

    @Test
    void addsToTheOneThatSelectsItsPods() {
        pod(REVIEWS, Map.of("app", "reviews"));
        sidecar("{metadata: {name: default, namespace: shop}, spec: {egress: [{hosts: [\"a/*\"]}]}}");
        sidecar("{metadata: {name: by-hand, namespace: shop}, spec: {workloadSelector: {labels: {app: reviews}},"
                + " egress: [{hosts: [\"bank/*\", \"*/*\"]}]}}");

        JsonNode sidecar = applied(REVIEWS);

        assertThat(sidecar.at("/metadata/name").asString()).isEqualTo("by-hand");
        assertThat(hosts(sidecar)).containsExactly("istio-system/*", "kube-system/*", "shop/" + RATINGS, "bank/*");
    }

    @Test
    void standsInForTheOneOfTheNamespaceWithAllThatItHas() {
        pod(REVIEWS, Map.of("app", "reviews"));
        sidecar(
                """
                {metadata: {name: default, namespace: shop, uid: a}, spec: {
                  outboundTrafficPolicy: {mode: REGISTRY_ONLY}, ingress: [{port: {number: 80}}],
                  egress: [{port: {number: 3306}, hosts: ["db/*"]}, {hosts: ["./*", "*/*"]}]}}
                """);
        root.add(Pods.tree("{metadata: {name: all, namespace: istio-system}, spec: {egress: [{hosts: [\"no/*\"]}]}}"));

        JsonNode sidecar = applied(REVIEWS);

        assertThat(sidecar)
                .isEqualTo(
                        Pods.tree(
                                """
                                {apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: {name: reviews, namespace: shop},
                                 spec: {workloadSelector: {labels: {app: reviews}},
                                  outboundTrafficPolicy: {mode: REGISTRY_ONLY}, ingress: [{port: {number: 80}}],
                                  egress: [{port: {number: 3306}, hosts: ["db/*"]},
                                    {hosts: [istio-system/*, kube-system/*, shop/ratings.shop.svc.cluster.local, ./*]}]}}
                                """));
        assertThat(sidecars.getFirst().at("/spec/egress/1/hosts"))
                .as("what is stored")
                .hasSize(2);
    }

    @Test
    void standsInForTheOneOfTheMeshWhereTheNamespaceHasNone() {
        pod(REVIEWS, Map.of("app", "reviews"));
        root.add(Pods.tree("{metadata: {name: all, namespace: istio-system}, spec: {egress: [{hosts: [\"./*\"]}]}}"));
        root.add(
                Pods.tree(
                        "{metadata: {name: gateway, namespace: istio-system}, spec: {workloadSelector: {labels: {app: reviews}}}}"));

        assertThat(hosts(applied(REVIEWS)))
                .containsExactly("istio-system/*", "kube-system/*", "shop/" + RATINGS, "./*");
    }

    @Test
    void refrainsWhereSeveralMayHold() {
        pod(REVIEWS, Map.of("app", "reviews", "team", "a"));
        sidecar("{metadata: {name: one, namespace: shop}, spec: {workloadSelector: {labels: {app: reviews}}}}");
        sidecar("{metadata: {name: two, namespace: shop}, spec: {workloadSelector: {labels: {team: a}}}}");

        assertThat(refrains(REVIEWS)).contains("[one, two]");
    }

    @Test
    void refrainsWhereOneSelectsSomeOfItsPods() {
        pod(REVIEWS, Map.of("app", "reviews", "version", "v1"));
        pod(REVIEWS, Map.of("app", "reviews", "version", "v2"));
        sidecar("{metadata: {name: one, namespace: shop}, spec: {workloadSelector: {labels: {version: v2}}}}");

        assertThat(refrains(REVIEWS)).contains("[one]");
    }

    @Test
    void refrainsWhereAnotherWorkloadHasItsLabels() {
        pod(REVIEWS, Map.of("app", "reviews"));
        pod(OTHER, Map.of("app", "reviews", "version", "v2"));

        assertThat(refrains(REVIEWS)).contains("shop/Deployment/other", "{app=reviews}");
    }

    /** A job that runs at night would be cut off from what it calls. */
    @Test
    void refrainsWhereOneThatHasNoPodNowHasItsLabels() {
        pod(REVIEWS, Map.of("app", "reviews"));
        resting.put(OTHER, Map.of("app", "reviews", "job", "nightly"));

        assertThat(refrains(REVIEWS)).contains("shop/Deployment/other");
        sidecar("{metadata: {name: by-hand, namespace: shop}, spec: {workloadSelector: {labels: {app: reviews}}}}");
        wanted.clear();
        assertThat(refrains(REVIEWS)).contains("shop/by-hand", "shop/Deployment/other");
    }

    @Test
    void refrainsWhereTheOneThatIsThereHoldsForOthersOfWhichNothingIsKnown() {
        pod(REVIEWS, Map.of("app", "reviews", "team", "a"));
        pod(OTHER, Map.of("app", "other", "team", "a"));
        sidecar("{metadata: {name: team, namespace: shop}, spec: {workloadSelector: {labels: {team: a}}}}");

        assertThat(refrains(REVIEWS)).contains("shop/team", "shop/Deployment/other");
    }

    /** Without, all of its calls would be cut off: a profile that lost them still has its finding. */
    @Test
    void refrainsWhereNotAllThatIsCalledIsKnown() {
        pod(REVIEWS, Map.of("app", "reviews"));
        wanted.add(new Wanted(REVIEWS, List.of()));
        assertThat(((Proposal.Refrain) Objects.requireNonNull(proposals().get(REVIEWS))).why())
                .startsWith("not all that it calls is known");

        wanted.clear();
        wanted.add(new Wanted(
                REVIEWS,
                IntStream.range(0, Destinations.MOST)
                        .mapToObj(i -> "s" + i + ".shop.svc.cluster.local")
                        .toList()));
        assertThat(((Proposal.Refrain) Objects.requireNonNull(proposals().get(REVIEWS))).why())
                .startsWith("not all that it calls is known");
    }

    @Test
    void writesOneDocumentForAllThatHaveTheSameResource() {
        pod(REVIEWS, Map.of("app", "reviews", "team", "a"));
        pod(OTHER, Map.of("app", "other", "team", "a"));
        sidecar("{metadata: {name: team, namespace: shop}, spec: {workloadSelector: {labels: {team: a}}}}");
        wanted.add(new Wanted(REVIEWS, List.of(RATINGS)));
        wanted.add(new Wanted(OTHER, List.of(LEDGER)));

        Map<WorkloadKey, Proposal> proposals = proposals();

        assertThat(hosts(sidecar(proposals.get(REVIEWS))))
                .containsExactly("istio-system/*", "kube-system/*", "bank/" + LEDGER, "shop/" + RATINGS);
        assertThat(proposals.get(OTHER)).isEqualTo(new Proposal.With(REVIEWS));
    }

    @Test
    void refrainsWithoutPodsOrLabels() {
        assertThat(refrains(REVIEWS)).contains("no pod of it is there");
        pod(REVIEWS, Map.of("pod-template-hash", "7d"));
        wanted.clear();

        assertThat(refrains(REVIEWS)).contains("no label of its pods");
    }

    @Test
    void overwritesNoneOfTheSameName() {
        WorkloadKey set = new WorkloadKey("shop", "apps", "StatefulSet", "reviews");
        pod(REVIEWS, Map.of("app", "reviews"));
        pod(set, Map.of("app", "reviews-db"));
        sidecar("{metadata: {name: reviews, namespace: shop}, spec: {workloadSelector: {labels: {app: third}}}}");
        wanted.add(new Wanted(REVIEWS, List.of(RATINGS)));
        wanted.add(new Wanted(set, List.of(LEDGER)));

        assertThat(proposals().values())
                .extracting(one ->
                        ((Proposal.Apply) one).sidecar().at("/metadata/name").asString())
                .containsExactly("reviews-deployment", "reviews-statefulset");
    }

    private void pod(WorkloadKey workload, Map<String, String> labels) {
        pods.computeIfAbsent(workload, any -> new ArrayList<>()).add(labels);
    }

    private void sidecar(String yaml) {
        sidecars.add(Pods.tree(yaml));
    }

    private JsonNode applied(WorkloadKey workload) {
        wanted.add(new Wanted(workload, List.of(RATINGS)));
        return sidecar(proposals().get(workload));
    }

    private String refrains(WorkloadKey workload) {
        wanted.add(new Wanted(workload, List.of(RATINGS)));
        return ((Proposal.Refrain) Objects.requireNonNull(proposals().get(workload))).why();
    }

    private Map<WorkloadKey, Proposal> proposals() {
        return SidecarPlan.of(wanted, new Around(pods, resting, sidecars, mesh, root, virtualServices, List.of()));
    }

    private static JsonNode sidecar(@Nullable Proposal proposal) {
        return ((Proposal.Apply) Objects.requireNonNull(proposal)).sidecar();
    }

    private static Stream<String> hosts(JsonNode sidecar) {
        return sidecar.at("/spec/egress/0/hosts").valueStream().map(JsonNode::asString);
    }

    private static WorkloadKey workload(String name) {
        return new WorkloadKey("shop", "apps", "Deployment", name);
    }
}
