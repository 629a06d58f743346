package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.advice.SubsetCount.OfRule;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Pods;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.Finding;
import dev.sidecarsizer.profile.Makeup;
import dev.sidecarsizer.profile.ProxyFacts;
import dev.sidecarsizer.profile.ProxyMemory;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SubsetCountTest {

    private static final WorkloadKey REVIEWS = new WorkloadKey("shop", "apps", "Deployment", "reviews");
    private static final List<JsonNode> SERVICES = IntStream.range(0, 100)
            .mapToObj(
                    i -> Pods.tree(
                            "{metadata: {name: s" + i
                                    + ", namespace: bank}, spec: {ports: [{port: 80}, {port: 90, protocol: TCP}, {port: 53, protocol: UDP}]}}"))
            .toList();
    private static final JsonNode WIDE =
            Pods.tree("{metadata: {name: wide, namespace: istio-system}, spec: {host: \"*.bank.svc.cluster.local\","
                    + " subsets: [{name: v1}, {name: v2}]}}");

    @Test
    void eachSubsetIsOneMoreOfEachPortOfEachHost() {
        SubsetCount count = count(
                WIDE,
                Pods.tree("{metadata: {name: s1, namespace: bank}, spec: {host: s1, subsets: [{name: canary}]}}"));

        assertThat(count)
                .isEqualTo(new SubsetCount(
                        200 + 2 + 4 * 99 + 2,
                        4 * 99 + 2,
                        List.of(new OfRule("istio-system/wide", 2 * 99, 4 * 99), new OfRule("bank/s1", 2, 2))));
    }

    @Test
    void eachRuleIsToldWithItsFactor() {
        assertThat(count(WIDE).byRule())
                .extracting(OfRule::says)
                .containsExactly("DestinationRule istio-system/wide makes 3.0 clusters of each of 200: 400 more");
    }

    @Test
    void isFoundWhereTheProxyHoldsThemAll() {
        Finding.All told = ByResources.subsets(REVIEWS, facts(612L), count(WIDE));

        assertThat(told.unjudged()).isEmpty();
        assertThat(told.found()).singleElement().satisfies(one -> {
            assertThat(one.kind()).isEqualTo("ManySubsets");
            assertThat(one.message())
                    .startsWith("of 602 clusters for services 400 are subsets")
                    .contains(" 3.0 of each");
            assertThat(one.evidence().getFirst().source()).isEqualTo("Services, ServiceEntries and DestinationRules");
        });
        assertThat(ByResources.subsets(REVIEWS, facts(212L), count()))
                .as("its healthy twin")
                .isEqualTo(Finding.All.NONE);
    }

    @Test
    void staysUntoldWhereTheProxyHoldsLess() {
        Finding.All told = ByResources.subsets(REVIEWS, facts(30L), count(WIDE));

        assertThat(told.found()).isEmpty();
        assertThat(told.unjudged())
                .singleElement()
                .extracting(one -> one.lacks().getFirst())
                .asString()
                .contains("make 602, 400 of them subsets, and its proxies hold 30");
    }

    @Test
    void staysUntoldWhereTheProxyTellsNothing() {
        assertThat(ByResources.subsets(REVIEWS, facts(null), count(WIDE)).unjudged())
                .containsExactly(new Finding.Unjudged("ManySubsets", List.of("envoy_cluster_manager_active_clusters")));
    }

    /** All of the bank, and one outside of the cluster; an alias has no cluster. */
    private static SubsetCount count(JsonNode... rules) {
        return SubsetCount.of(
                "shop",
                IntStream.rangeClosed(0, SERVICES.size())
                        .mapToObj(i -> i < SERVICES.size()
                                ? SERVICES.get(i)
                                : Pods.tree("{metadata: {name: alias, namespace: bank},"
                                        + " spec: {type: ExternalName, ports: [{port: 80}]}}"))
                        .toList(),
                List.of(Pods.tree(
                        "{metadata: {name: out, namespace: shop}, spec: {hosts: [a.example.com, b.example.com],"
                                + " ports: [{number: 443}]}}")),
                List.of(rules),
                MeshSettings.USUAL,
                List.of());
    }

    private static ProxyFacts facts(@Nullable Long clusters) {
        return ProxyFacts.UNKNOWN
                .with(ProxyMemory.UNKNOWN.withAllocated(Bytes.mebi(41)))
                .with(Makeup.UNKNOWN.withClusters(clusters));
    }
}
