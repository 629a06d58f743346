package dev.sidecarsizer.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.cli.Routing;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.SidecarProfile.Finding;
import dev.sidecarsizer.store.StoredProfile;
import java.util.ArrayList;
import java.util.EnumMap;
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
                Routing.VIRTUAL_SERVICES,
                List.of(
                        Pods.tree(
                                """
                                {metadata: {name: r, namespace: shop}, spec: {hosts: [ratings],
                                  http: [{route: [{destination: {host: ratings-v2}}]}]}}
                                """)));

        assertThat(new ToApply(cluster).of(List.of(unused("reviews", "ratings.shop.svc.cluster.local"))))
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

        new ToApply(cluster).of(List.of(unused("reviews", "a.b.svc"), unused("other", "a.b.svc")));

        assertThat(cluster.asked)
                .containsExactlyInAnyOrder(
                        "pods of shop",
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
                Routing.SIDECARS,
                List.of(Pods.tree(
                        "{metadata: {name: team, namespace: shop}, spec: {workloadSelector: {labels: {team: a}}}}")));

        assertThat(new ToApply(cluster).of(List.of(unused("reviews", "a.b.svc"), unused("other", "c.d.svc"))))
                .containsOnlyOnce("kind: Sidecar")
                .contains("- b/a.b.svc\n", "- d/c.d.svc\n")
                .contains("# what it calls is in the resource of shop/Deployment/reviews, which holds for it too");
    }

    @Test
    void writesNoneWhereSomethingMustNotBeSeen() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of("reviews", Map.of("app", "reviews")));
        cluster.hidden.add(Routing.HTTP_ROUTES);

        assertThat(new ToApply(cluster)
                        .of(List.of(unused("reviews", "a.b.svc")))
                        .lines())
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
    void takesNothingForAHostThatIsNone() throws CommandFailed {
        Cluster cluster = new Cluster(Map.of("reviews", Map.of("app", "reviews")));

        assertThat(new ToApply(cluster)
                        .of(List.of(unused("reviews", "egress/api.example.com", "a b", "x/y/z", "c\nkind: Pod"))))
                .contains("- egress/api.example.com\n")
                .doesNotContain("a b", "x/y", "Pod");
    }

    private static Advised.One unused(String name, String... called) {
        return new Advised.One(new Advised(workload(name), 3, List.of(UNUSED), List.of(), List.of(called)), UNUSED);
    }

    private static WorkloadKey workload(String name) {
        return new WorkloadKey("shop", "apps", "Deployment", name);
    }

    /** Each workload has a pod of these labels. */
    private static final class Cluster implements Knowledge {

        private final Map<String, Map<String, String>> workloads;
        private final Map<Routing, List<JsonNode>> objects = new EnumMap<>(Routing.class);
        private final List<Routing> hidden = new ArrayList<>();
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
            return Optional.empty();
        }

        @Override
        public Optional<List<JsonNode>> routing(Routing kind, @Nullable String namespace) {
            asked.add(kind + " of " + namespace);
            return hidden.contains(kind)
                    ? Optional.empty()
                    : Optional.of("istio-system".equals(namespace) ? List.of() : objects.getOrDefault(kind, List.of()));
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
