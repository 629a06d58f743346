package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sidecarsizer.mesh.Pods;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RoutesTest {

    @Test
    void keepsTheHostThatWasAskedForWhereAnotherAnswered() {
        assertThat(
                        beside(
                                List.of("reviews-canary.shop.svc.cluster.local"),
                                """
                        {metadata: {name: reviews, namespace: shop}, spec: {hosts: [reviews], http: [
                          {route: [{destination: {host: reviews, subset: v1}}, {destination: {host: reviews-canary}}]}]}}
                        """))
                .containsExactly("shop/reviews-canary.shop.svc.cluster.local", "shop/reviews.shop.svc.cluster.local");
    }

    @Test
    void keepsWhereTheNextRequestMayGo() {
        assertThat(
                        beside(
                                List.of("reviews.shop.svc.cluster.local"),
                                """
                        {metadata: {name: reviews, namespace: routing}, spec: {hosts: [reviews.shop.svc.cluster.local],
                          http: [{match: [{headers: {host: {exact: a}}}], route: [{destination: {host: late.bank.svc.cluster.local}}],
                                  mirror: {host: shadow}, mirrors: [{destination: {host: second}}]}],
                          tls: [{route: [{destination: {host: encrypted}}]}], tcp: [{route: [{destination: {host: raw}}]}]}}
                        """))
                .containsExactly(
                        "bank/late.bank.svc.cluster.local",
                        "routing/encrypted.routing.svc.cluster.local",
                        "routing/raw.routing.svc.cluster.local",
                        "routing/reviews.shop.svc.cluster.local",
                        "routing/second.routing.svc.cluster.local",
                        "routing/shadow.routing.svc.cluster.local",
                        "shop/reviews.shop.svc.cluster.local");
    }

    @Test
    void keepsWhatGoesThroughAnEgressGateway() {
        assertThat(
                        beside(
                                List.of("istio-egressgateway.istio-system.svc.cluster.local"),
                                """
                        {metadata: {name: out, namespace: egress}, spec: {hosts: [api.example.com], gateways: [mesh, egress/out],
                          http: [{match: [{gateways: [mesh]}],
                                  route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local}}]},
                                 {match: [{gateways: [egress/out]}], route: [{destination: {host: api.example.com}}]}]}}
                        """))
                .contains("*/api.example.com", "egress/api.example.com");
    }

    @Test
    void followsDelegatesAndWildcards() {
        assertThat(
                        beside(
                                List.of("egress/eu.example.com"),
                                """
                        {metadata: {name: all, namespace: shop}, spec: {hosts: ["*.example.com"],
                          http: [{delegate: {name: part, namespace: team}}]}}
                        """,
                                """
                        {metadata: {name: part, namespace: team}, spec: {http: [{route: [{destination: {host: proxy}}]}]}}
                        """,
                                "{metadata: {name: part, namespace: shop}, spec: {http: [{route: [{destination: {host: other}}]}]}}"))
                .containsExactly("*/*.example.com", "shop/*.example.com", "team/proxy.team.svc.cluster.local");
    }

    @Test
    void passesByWhatIsForGatewaysOnlyOrForOthers() {
        assertThat(beside(
                        List.of("reviews.shop.svc.cluster.local"),
                        """
                        {metadata: {name: in, namespace: shop}, spec: {hosts: [shop.example.com], gateways: [ingress],
                          http: [{route: [{destination: {host: reviews}}]}]}}
                        """,
                        """
                        {metadata: {name: other, namespace: shop}, spec: {hosts: [ratings],
                          http: [{route: [{destination: {host: ratings}}]}]}}
                        """,
                        "{metadata: {name: all, namespace: shop}, spec: {hosts: ['*']}}"))
                .isEmpty();
    }

    @Test
    void followsRoutesOfTheGatewayApiWhoseParentIsAService() {
        JsonNode route = Pods.tree(
                """
                {metadata: {name: reviews, namespace: shop}, spec: {
                  parentRefs: [{group: "", kind: Service, name: reviews}],
                  rules: [{backendRefs: [{name: reviews-v2}, {name: ledger, namespace: bank}],
                           filters: [{type: RequestMirror, requestMirror: {backendRef: {name: shadow}}}]}]}}
                """);

        assertThat(Routes.of(List.of(), List.of(route), "mesh.local").beside(List.of("reviews-v2.shop.svc.mesh.local")))
                .containsExactly(
                        "bank/ledger.bank.svc.mesh.local",
                        "shop/reviews-v2.shop.svc.mesh.local",
                        "shop/reviews.shop.svc.mesh.local",
                        "shop/shadow.shop.svc.mesh.local");
    }

    @Test
    void takesTheDomainFromWhatWasCalled() {
        assertThat(Host.domain(List.of("api.example.com", "reviews.shop.svc.mesh.local")))
                .isEqualTo("mesh.local");
        assertThat(Host.domain(List.of("api.example.com", "reviews.shop.svc"))).isEqualTo("cluster.local");
    }

    /** Half a minute and more where each is compared with each. */
    @Test
    void aLargeMeshIsLookedThroughAtOnce() {
        List<JsonNode> many = IntStream.range(0, 20_000)
                .<JsonNode>mapToObj(i -> Pods.tree("{metadata: {name: r" + i + ", namespace: shop}, spec: {hosts: [s"
                        + i + "], http: [{delegate: {name: r" + (i + 1) + "}, route: [{destination: {host: t" + i
                        + "}}]}]}}"))
                .toList();

        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Routes.of(many, List.of(), "cluster.local")
                        .beside(List.of("t7.shop.svc.cluster.local"))))
                .contains("shop/s6.shop.svc.cluster.local", "shop/s7.shop.svc.cluster.local");
    }

    private static Iterable<String> beside(List<String> called, String... virtualServices) {
        return Routes.of(Stream.of(virtualServices).map(Pods::tree).toList(), List.of(), "cluster.local")
                .beside(called);
    }
}
