package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cli.Said;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.cluster.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code advise -o yaml | kubectl apply}, in a mesh that has routes and a Sidecar resource of its own. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdvisedSidecarIT {

    private static final int ALL = 100;
    private static final String HERE = "advised-sidecar";
    private static final ManyServices SERVICES = new ManyServices(HERE, ALL, 1);
    private static final Map<String, String> ANSWERS =
            Map.of("ratings", "200 ratings", "details", "200 details-v2", "details, canary", "200 details-canary");
    private static final Path ENVOY = EnvoyWheel.envoy("1.40.0", Progress.onConsole());

    private final ControlPlane plane = ControlPlane.start(ControlPlane.Wanted.byDefault());
    private final Istio istio = Istio.on(plane);
    private final List<AnsweringService> services = new ArrayList<>();
    private final HttpClient client;
    private final int proxyPort = FreePorts.find(1).getFirst();

    AdvisedSidecarIT() {
        client = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort)))
                .build();
    }

    @AfterAll
    void end() {
        client.close();
        services.forEach(AnsweringService::close);
        istio.close();
        plane.close();
    }

    @Test
    void keepsWhatIsRoutedToAndWhatTheNamespacesOwnSidecarHas(@TempDir Path folder) {
        plane.applyKinds();
        plane.createNamespace(HERE, Map.of("istio-injection", "enabled"));
        plane.createNamespace("advised-routes", Map.of());
        ApplicationPod.NATIVE.createIn(HERE, plane.admin());
        SERVICES.create(plane, Map.of());
        plane.apply(
                """
                apiVersion: networking.istio.io/v1
                kind: Sidecar
                metadata: {name: default, namespace: advised-sidecar}
                spec: {outboundTrafficPolicy: {mode: REGISTRY_ONLY}, egress: [{hosts: ["*/*"]}]}
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: canary, namespace: advised-routes}
                spec:
                  hosts: [details.advised-sidecar.svc.cluster.local]
                  http:
                  - match: [{headers: {canary: {exact: "yes"}}}]
                    route: [{destination: {host: details-canary.advised-sidecar.svc.cluster.local}}]
                  - route: [{destination: {host: details-v2.advised-sidecar.svc.cluster.local}}]
                """);
        for (String name : List.of("ratings", "details", "details-v2", "details-canary", "seldom")) {
            services.add(AnsweringService.create(plane, HERE, name));
        }
        // details-v2 answered for details
        profile(List.of("ratings", "details-v2"));
        try (PilotAgent agent = PilotAgent.start(
                folder,
                ENVOY,
                istio.discovery(),
                Map.of(
                        "POD_NAMESPACE",
                        HERE,
                        // nothing is redirected to it
                        "ISTIO_META_HTTP_PROXY_PORT",
                        String.valueOf(proxyPort),
                        "ISTIO_METAJSON_LABELS",
                        "{\"app\": \"reviews\", \"version\": \"v1\"}",
                        "PROXY_CONFIG",
                        "{\"concurrency\": 2}"))) {
            HeldConfiguration before = HeldConfiguration.of(agent, ALL * ManyServices.PORTS, Long.MAX_VALUE);
            assertThat(answers()).isEqualTo(ANSWERS);
            assertThat(answer("seldom", "no")).isEqualTo("200 seldom");

            Said advice = advise();
            assertThat(advice).extracting(Said::code, Said::err).containsExactly(0, "");
            assertThat(advice.out())
                    .contains("# stands in for Sidecar advised-sidecar/default")
                    .contains("mode: REGISTRY_ONLY", "- advised-routes/details.advised-sidecar.svc.cluster.local");
            plane.apply(advice.out());
            HeldConfiguration after = HeldConfiguration.of(agent, 1, ALL);

            assertThat(after.allocated()).isLessThan(before.allocated());
            assertThat(answers())
                    .as("all that was called, and whatever is routed there")
                    .isEqualTo(ANSWERS);
            assertThat(answer("seldom", "no"))
                    .as("what nobody was seen to call, as the finding says")
                    .doesNotContain("seldom");

            assertThat(advise().out())
                    .as("once more, now that it is there")
                    .contains("# Sidecar advised-sidecar/reviews selects its pods: what is called is added to that")
                    .containsOnlyOnce("kind: Sidecar");
            plane.apply(advise().out());
            assertThat(HeldConfiguration.of(agent, 1, ALL).clusters()).isEqualTo(after.clusters());
        }
    }

    private Map<String, String> answers() {
        return Map.of(
                "ratings", answer("ratings", "no"),
                "details", answer("details", "no"),
                "details, canary", answer("details", "yes"));
    }

    /** Through the real proxy, by its own clusters and routes. */
    private String answer(String service, String canary) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + service + "." + HERE + ".svc.cluster.local/"))
                .header("canary", canary)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException refused) {
            return String.valueOf(refused.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Said advise() {
        return Said.by(
                "advise",
                "-n",
                HERE,
                "-o",
                "yaml",
                "--kubeconfig",
                plane.kubeconfig().toString());
    }

    private void profile(List<String> called) {
        String profile =
                """
                apiVersion: sidecar-sizer.dev/v1alpha1
                kind: SidecarProfile
                metadata: {name: deployment-reviews, namespace: advised-sidecar}
                spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: reviews}}
                status:
                  facts: {destinations: %s}
                  findings:
                  - kind: UnusedConfiguration
                    size: 10Mi
                    confidence: Estimated
                    message: many clusters
                    evidence: []
                    since: "2026-11-20T10:00:00Z"
                """
                        .formatted(called.stream()
                                .map(name -> name + ".advised-sidecar.svc.cluster.local")
                                .toList());
        plane.apply(profile);
        plane.applyStatus(profile);
    }
}
