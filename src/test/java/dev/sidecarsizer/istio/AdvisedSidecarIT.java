package dev.sidecarsizer.istio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cli.Said;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.Progress;
import java.nio.file.Path;
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
    private static final Path ENVOY = EnvoyWheel.envoy("1.40.0", Progress.onConsole());

    private final ControlPlane plane = ControlPlane.start(ControlPlane.Wanted.byDefault());
    private final Istio istio = Istio.on(plane);

    @AfterAll
    void end() {
        istio.close();
        plane.close();
    }

    @Test
    void keepsWhatIsRoutedToAndWhatTheNamespacesOwnSidecarHas(@TempDir Path folder) {
        plane.apply(plane.render(Path.of("deploy/crds")));
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
                  hosts: [s1.advised-sidecar.svc.cluster.local]
                  http:
                  - match: [{headers: {canary: {exact: "yes"}}}]
                    route: [{destination: {host: s3.advised-sidecar.svc.cluster.local}}]
                  - route: [{destination: {host: s2.advised-sidecar.svc.cluster.local}}]
                """);
        // s2 answered for s1
        profile(List.of("s0", "s2"));
        try (PilotAgent agent = PilotAgent.start(
                folder,
                ENVOY,
                istio.discovery(),
                Map.of(
                        "POD_NAMESPACE",
                        HERE,
                        "ISTIO_METAJSON_LABELS",
                        "{\"app\": \"reviews\", \"version\": \"v1\"}",
                        "PROXY_CONFIG",
                        "{\"concurrency\": 2}"))) {
            HeldConfiguration before = HeldConfiguration.of(agent, ALL * ManyServices.PORTS, Long.MAX_VALUE);

            Said advice = advise();
            assertThat(advice).extracting(Said::code, Said::err).containsExactly(0, "");
            assertThat(advice.out())
                    .contains("# stands in for Sidecar advised-sidecar/default")
                    .contains("mode: REGISTRY_ONLY", "- advised-routes/s1.advised-sidecar.svc.cluster.local");
            plane.apply(advice.out());
            HeldConfiguration after = HeldConfiguration.of(agent, 1, ALL);

            assertThat(after.allocated()).isLessThan(before.allocated());
            String clusters = agent.envoy("/clusters");
            assertThat(List.of("s0", "s1", "s2", "s3"))
                    .allSatisfy(name -> assertThat(clusters)
                            .contains("outbound|8080||" + name + "." + HERE + ".svc.cluster.local"));
            assertThat(clusters).doesNotContain("||s4.");
            assertThat(agent.envoy("/config_dump?mask=dynamic_route_configs"))
                    .as("requests to s1 go where they went")
                    .containsPattern("s1\\.advised-sidecar\\.svc\\.cluster\\.local:8080(?s:.)*outbound\\|8080\\|\\|s2\\.");

            assertThat(advise().out())
                    .as("once more, now that it is there")
                    .contains("# Sidecar advised-sidecar/reviews selects its pods: what is called is added to that")
                    .containsOnlyOnce("kind: Sidecar");
            plane.apply(advise().out());
            assertThat(HeldConfiguration.of(agent, 1, ALL).clusters()).isEqualTo(after.clusters());
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
