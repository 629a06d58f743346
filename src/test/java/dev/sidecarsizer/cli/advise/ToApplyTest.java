package dev.sidecarsizer.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.advice.MeshSettings;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.MeshKind;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.store.SidecarProfile.Finding;
import dev.sidecarsizer.store.SidecarProfile.Unjudged;
import dev.sidecarsizer.store.StoredProfile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is asked of a cluster, and how the answer is written. */
class ToApplyTest {

    private static final Finding UNUSED =
            new Finding("UnusedConfiguration", "52Mi", "Estimated", "many clusters", List.of(), null, null);

    @Test
    void makesAResourceOfWhatTheClusterHas() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of("reviews", Map.of("app", "reviews"), "other", Map.of("app", "other")));
        cluster.objects.put(
                MeshKind.VIRTUAL_SERVICES,
                List.of(
                        Pods.tree(
                                """
                                {metadata: {name: r, namespace: shop}, spec: {hosts: [ratings],
                                  http: [{route: [{destination: {host: ratings-v2}}]}]}}
                                """)));

        assertThat(toApply(cluster).of(List.of(unused("reviews", "ratings.shop.svc.cluster.local"))))
                .isEqualTo(
                        """
                        ---
                        # shop/Deployment/reviews: UnusedConfiguration, 52Mi
                        # many clusters
                        apiVersion: networking.istio.io/v1
                        kind: Sidecar
                        metadata:
                          name: reviews
                          namespace: shop
                        spec:
                          workloadSelector:
                            labels:
                              app: reviews
                          egress:
                            - hosts:
                                - "istio-system/*"
                                - "kube-system/*"
                                - shop/ratings-v2.shop.svc.cluster.local
                                - shop/ratings.shop.svc.cluster.local
                        """);
    }

    @Test
    void asksForAllOfANamespaceOnce() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of("reviews", Map.of("app", "reviews"), "other", Map.of("app", "other")));

        toApply(cluster).of(List.of(unused("reviews", "a.b.svc"), unused("other", "a.b.svc")));

        assertThat(cluster.asked)
                .containsExactlyInAnyOrder(
                        "pods of shop",
                        "SERVICE_ENTRIES of null",
                        "SIDECARS of shop",
                        "SIDECARS of istio-system",
                        "VIRTUAL_SERVICES of null",
                        "HTTP_ROUTES of null",
                        "GRPC_ROUTES of null");
    }

    @Test
    void writesWhatTwoShareOnce() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of("reviews", Map.of("team", "a"), "other", Map.of("team", "a")));
        cluster.objects.put(
                MeshKind.SIDECARS,
                List.of(Pods.tree(
                        "{metadata: {name: team, namespace: shop}, spec: {workloadSelector: {labels: {team: a}}}}")));

        assertThat(toApply(cluster).of(List.of(unused("reviews", "a.b.svc"), unused("other", "c.d.svc"))))
                .containsOnlyOnce("kind: Sidecar")
                .contains("- b/a.b.svc\n", "- d/c.d.svc\n")
                .contains("# what it calls is in the resource of shop/Deployment/reviews, which holds for it too");
    }

    @Test
    void writesNoneWhereSomethingMustNotBeSeen() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of("reviews", Map.of("app", "reviews")));
        cluster.hidden.add(MeshKind.HTTP_ROUTES);

        assertThat(toApply(cluster).of(List.of(unused("reviews", "a.b.svc"))).lines())
                .containsExactly(
                        "---",
                        "# shop/Deployment/reviews: UnusedConfiguration, 52Mi",
                        "# many clusters",
                        "# no resource that is sure to be right: its pods, and how requests go in the mesh, cannot be seen"
                                + " from here",
                        "# it called:",
                        "#   a.b.svc");
    }

    @Test
    void boundsConnectionsByTheRulesThatAreThere() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of());
        cluster.objects.put(
                MeshKind.DESTINATION_RULES,
                List.of(Pods.tree(
                        "{metadata: {name: all, namespace: bank}, spec: {host: \"*.bank.svc.cluster.local\"}}")));

        assertThat(toApply(cluster)
                        .of(List.of(found("ManyConnections", "a.bank.svc.cluster.local", "b.shop.svc.cluster.local")))
                        .lines())
                .contains(
                        "#   as stored",
                        "# a.bank.svc.cluster.local: DestinationRule bank/all has no maxConnections, no idleTimeout, no"
                                + " outlierDetection")
                .containsSequence("  host: a.bank.svc.cluster.local", "  trafficPolicy:", "    connectionPool:")
                .containsSequence("---", "apiVersion: networking.istio.io/v1", "kind: DestinationRule");
        cluster.hidden.add(MeshKind.DESTINATION_RULES);
        assertThat(toApply(cluster).of(List.of(found("ManyConnections", "a.bank.svc"))))
                .endsWith("#   as stored\n# which DestinationRules hold cannot be seen from here\n");
    }

    @Test
    void namesWhatBringsScripts() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of("reviews", Map.of("app", "reviews")));
        cluster.objects.put(
                MeshKind.WASM_PLUGINS,
                List.of(
                        Pods.tree(
                                """
                                {metadata: {name: auth, namespace: shop}, spec: {url: "a\\nkind: Pod",
                                  selector: {matchLabels: {app: reviews}}}}
                                """)));

        assertThat(toApply(cluster).of(List.of(found("ScriptedFilters"))))
                .endsWith("# WasmPlugin shop/auth brings Wasm (a?kind: Pod) to pods with app=reviews\n");
    }

    @Test
    void tellsByResourcesWhatTheLeaderCouldNot() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of());
        Advised untold = new Advised(
                workload("reviews"),
                3,
                List.of(),
                List.of(new Unjudged("ScriptedFilters", List.of("lua")), new Unjudged("ManySubsets", List.of("names"))),
                ProxyFacts.UNKNOWN);
        Completed completed = new Completed(new Seen(cluster), true);

        assertThat(completed.of(List.of(untold)).getFirst().unjudged())
                .as("that there are none is told by resources, too")
                .containsExactly(new Unjudged(
                        "ManySubsets",
                        List.of("envoy_server_memory_allocated", "envoy_cluster_manager_active_clusters")));
        cluster.hidden.addAll(List.of(MeshKind.SERVICES, MeshKind.ENVOY_FILTERS));
        assertThat(new Completed(new Seen(cluster), true).of(List.of(untold))).containsExactly(untold);
        assertThat(cluster.asked).as("no pods, where none are selected").doesNotContain("pods of shop");
    }

    @Test
    void looksAtTheNextPodOfWhatHasNoneNow() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of("reviews", Map.of("app", "reviews")));
        cluster.templates.put("nightly", Map.of("app", "reviews"));
        Advised.One found = unused("reviews", "a.b.svc");
        Advised nightly = new Advised(workload("nightly"), 0, List.of(), List.of(), ProxyFacts.UNKNOWN);

        assertThat(new ToApply(new Completed(new Seen(cluster), false), List.of(found.of(), nightly))
                        .of(List.of(found)))
                .contains("# no resource that is sure to be right: pods of shop/Deployment/nightly have the labels")
                .doesNotContain("kind: Sidecar");
    }

    @Test
    void takesNothingForAHostThatIsNone() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of("reviews", Map.of("app", "reviews")));

        assertThat(toApply(cluster)
                        .of(List.of(unused("reviews", "egress/api.example.com", "a b", "x/y/z", "c\nkind: Pod"))))
                .contains("- egress/api.example.com\n")
                .doesNotContain("a b", "x/y", "Pod");
    }

    private static ToApply toApply(Knowledge knowledge) {
        return new ToApply(new Completed(new Seen(knowledge), false), List.of());
    }

    private static Advised.One found(String kind, String... called) {
        Finding finding = new Finding(kind, null, "Estimated", "many", List.of(), "as stored", null);
        return new Advised.One(
                new Advised(
                        workload("reviews"), 3, List.of(finding), List.of(), ProxyFacts.lasting(null, List.of(called))),
                finding);
    }

    private static Advised.One unused(String name, String... called) {
        return new Advised.One(
                new Advised(workload(name), 3, List.of(UNUSED), List.of(), ProxyFacts.lasting(null, List.of(called))),
                UNUSED);
    }

    private static WorkloadKey workload(String name) {
        return new WorkloadKey("shop", "apps", "Deployment", name);
    }

    /** Each workload has a pod of these labels. */
    private static final class Cluster implements Knowledge {

        private final Map<String, Map<String, String>> workloads;
        private final Map<String, Map<String, String>> templates = new HashMap<>();
        private final Map<MeshKind, List<JsonNode>> objects = new EnumMap<>(MeshKind.class);
        private final List<MeshKind> hidden = new ArrayList<>();
        private final List<String> asked = new ArrayList<>();

        Cluster(Map<String, Map<String, String>> workloads) {
            this.workloads = workloads;
        }

        @Override
        public Optional<Map<WorkloadKey, List<Map<String, String>>>> labels(String namespace) {
            asked.add("pods of " + namespace);
            return Optional.of(workloads.entrySet().stream()
                    .collect(Collectors.toMap(one -> workload(one.getKey()), one -> List.of(one.getValue()))));
        }

        @Override
        public Optional<Map<String, String>> templateLabels(WorkloadKey workload) {
            return Optional.ofNullable(templates.get(workload.name()));
        }

        @Override
        public Optional<List<JsonNode>> objects(MeshKind kind, @Nullable String namespace) {
            asked.add(kind + " of " + namespace);
            return hidden.contains(kind)
                    ? Optional.empty()
                    : Optional.of("istio-system".equals(namespace) ? List.of() : objects.getOrDefault(kind, List.of()));
        }

        @Override
        public MeshSettings meshSettings() {
            return MeshSettings.USUAL;
        }

        @Override
        public String namespace() {
            return "shop";
        }

        @Override
        public Judge judge(Set<String> namespaces) {
            throw new UnsupportedOperationException("nothing is judged");
        }

        @Override
        public List<StoredProfile> profiles(@Nullable String namespace) {
            return List.of();
        }

        @Override
        public Brake brake() {
            return Brake.RELEASED;
        }

        @Override
        public Optional<Pod> pod(String namespace, Predicate<Pod> wanted) {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }
}
