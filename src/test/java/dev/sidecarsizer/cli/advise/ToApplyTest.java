package dev.sidecarsizer.cli.advise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.cli.CommandFailed;
import dev.sidecarsizer.cli.Knowledge;
import dev.sidecarsizer.mesh.Pod;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.SidecarProfile.Finding;
import dev.sidecarsizer.store.StoredProfile;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a cluster has already decides what is applied. */
class ToApplyTest {

    private static final Finding UNUSED =
            new Finding("UnusedConfiguration", "52Mi", "Estimated", "many clusters", List.of(), null, null);
    private static final Advised.One ONE = new Advised.One(
            new Advised(
                    new WorkloadKey("shop", "apps", "Deployment", "reviews"),
                    3,
                    List.of(UNUSED),
                    List.of(),
                    List.of("ratings.shop.svc.cluster.local")),
            UNUSED);
    private static final String POD =
            "{metadata: {name: a, namespace: shop, labels: {app: reviews, pod-template-hash: 7d}}, spec: {}}";

    @Test
    void selectsByTheLabelsOfAPod() throws CommandFailed {
        assertThat(ToApply.of(ONE, cluster(POD)))
                .contains("name: reviews\n", "      app: reviews\n", "shop/ratings.shop.svc.cluster.local")
                .doesNotContain("pod-template-hash", "put in what selects");
    }

    @Test
    void addsToTheOneThatSelectsItsPods() throws CommandFailed {
        assertThat(ToApply.of(
                        ONE,
                        cluster(
                                POD,
                                "{metadata: {name: default, namespace: shop}, spec: {}}",
                                "{metadata: {name: others, namespace: shop}, spec: {workloadSelector: {labels: {app: other}}}}",
                                "{metadata: {name: by-hand, namespace: shop}, spec: {workloadSelector: {labels: {app:"
                                        + " reviews}}, egress: [{hosts: [\"bank/*\"]}]}}")))
                .contains("name: by-hand\n", "bank/*", "shop/ratings.shop.svc.cluster.local", "is added to it");
    }

    @Test
    void overwritesNoneOfTheSameName() throws CommandFailed {
        assertThat(
                        ToApply.of(
                                ONE,
                                cluster(
                                        POD,
                                        "{metadata: {name: reviews, namespace: shop}, spec: {workloadSelector: {labels: {app: other}}}}")))
                .contains("name: reviews-called\n");
    }

    private static Knowledge cluster(String pod, String... sidecars) {
        return new Knowledge() {
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
            public Optional<Pod> pod(String namespace, Predicate<WorkloadKey> workload) {
                return Optional.of(new Pod("shop", Pods.tree(pod)));
            }

            @Override
            public List<JsonNode> sidecars(String namespace) {
                return List.of(sidecars).stream().map(Pods::tree).toList();
            }

            @Override
            public void close() {}
        };
    }
}
