package dev.sidecarsizer.advice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SidecarResourceTest {

    @Test
    void namesEachServiceInItsNamespaceAndHostsOutsideInAny() {
        assertThat(SidecarResource.hosts(List.of(
                        "ratings.shop.svc.cluster.local",
                        "api.example.com",
                        "ledger.bank.svc",
                        "zipkin.istio-system.svc.cluster.local",
                        "*.wildcard.example.com")))
                .containsExactly(
                        "istio-system/*",
                        "kube-system/*",
                        "*/*.wildcard.example.com",
                        "*/api.example.com",
                        "bank/ledger.bank.svc",
                        "shop/ratings.shop.svc.cluster.local");
    }

    @Test
    void selectsByLabelsThatStay() {
        assertThat(SidecarResource.selector(Map.of(
                        "app",
                        "reviews",
                        "version",
                        "v1",
                        "pod-template-hash",
                        "7d9f",
                        "helm.sh/chart",
                        "reviews-1.2.3")))
                .isEqualTo(Map.of("app", "reviews", "version", "v1"));
        assertThat(SidecarResource.selector(Map.of("version", "v1", "team", "a")))
                .as("many workloads have a version")
                .isEmpty();
    }

    @Test
    void addsToOneThatIsThere() {
        JsonNode existing = JsonMapper.shared()
                .readTree(
                        """
                        {"apiVersion": "networking.istio.io/v1", "kind": "Sidecar",
                         "metadata": {"name": "reviews", "namespace": "shop", "uid": "1", "resourceVersion": "7"},
                         "spec": {
                           "workloadSelector": {"labels": {"app": "reviews"}},
                           "ingress": [{"port": {"number": 9080}}],
                           "egress": [
                             {"port": {"number": 3306}, "hosts": ["*/*"]},
                             {"hosts": ["*/*", "./*", "bank/*", "istio-system/*"]}]}}
                        """);

        assertThat(SidecarResource.merged(existing, List.of("ratings.shop.svc.cluster.local")))
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                        {"apiVersion": "networking.istio.io/v1", "kind": "Sidecar",
                         "metadata": {"name": "reviews", "namespace": "shop"},
                         "spec": {
                           "workloadSelector": {"labels": {"app": "reviews"}},
                           "ingress": [{"port": {"number": 9080}}],
                           "egress": [
                             {"port": {"number": 3306}, "hosts": ["*/*"]},
                             {"hosts": [
                               "istio-system/*", "kube-system/*", "shop/ratings.shop.svc.cluster.local", "./*", "bank/*"]}]}}
                        """));
    }

    @Test
    void bringsOutboundHostsToOneThatHasNone() {
        JsonNode existing = JsonMapper.shared()
                .readTree(
                        "{\"kind\": \"Sidecar\", \"spec\": {\"outboundTrafficPolicy\": {\"mode\": \"REGISTRY_ONLY\"}}}");

        assertThat(SidecarResource.merged(existing, List.of()).path("spec"))
                .isEqualTo(
                        JsonMapper.shared()
                                .readTree(
                                        """
                        {"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"},
                         "egress": [{"hosts": ["istio-system/*", "kube-system/*"]}]}
                        """));
    }

    @Test
    void isForAllOfTheNamespaceWithoutLabels() {
        assertThat(SidecarResource.yaml("shop", "default", Map.of(), List.of()))
                .isEqualTo(
                        """
                        apiVersion: networking.istio.io/v1
                        kind: Sidecar
                        metadata: {name: default, namespace: shop}
                        spec:
                          egress:
                            - hosts:
                                - "istio-system/*"
                                - "kube-system/*"
                        """);
    }
}
