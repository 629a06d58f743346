package dev.sidecarsizer.istio;

import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.install.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Real istiod with its injector on a control plane, as istioctl installs it and under the ServiceAccount that it
 * installs; where the Deployment's pod would be, a process of this machine.
 */
final class Istio implements AutoCloseable {

    static final String WEBHOOK = "istio-sidecar-injector";

    /** What the injected pods' images say. */
    static final String RELEASE = "1.31.0";

    private static final String NAMESPACE = "istio-system";
    private static final String NAME = "istiod";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ControlPlane plane;
    private final String discovery;
    private final ChildProcess istiod;

    private Istio(ControlPlane plane, String discovery, ChildProcess istiod) {
        this.plane = plane;
        this.discovery = discovery;
        this.istiod = istiod;
    }

    /** Installs it and waits until pods are injected. */
    static Istio on(ControlPlane plane) {
        plane.createNamespace(NAMESPACE, Map.of());
        plane.apply(manifests());
        plane.admin().services().inNamespace(NAMESPACE).withName(NAME).edit(service -> {
            service.getSpec().getPorts().removeIf(port -> !port.getName().equals("https-webhook"));
            return service;
        });
        String discovery = "127.0.0.1:" + FreePorts.find(1).getFirst();
        Istio istio = new Istio(plane, discovery, start(plane, plane.behind(NAMESPACE, NAME), discovery));
        try {
            Pause.until("istiod injects", PATIENCE, istio::injects);
            return istio;
        } catch (IllegalStateException e) {
            istio.close();
            throw new IllegalStateException(istio.istiod.story(), e);
        }
    }

    /** Where proxies get their configuration. */
    String discovery() {
        return discovery;
    }

    /** Whether the API server calls Istio once more where a later webhook changed the pod: Never, or IfNeeded. */
    void reinvocation(String policy) {
        plane.admin()
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(WEBHOOK)
                .edit(configuration -> {
                    configuration.getWebhooks().forEach(webhook -> webhook.setReinvocationPolicy(policy));
                    return configuration;
                });
    }

    @Override
    public void close() {
        istiod.close();
    }

    private static String manifests() {
        String generated = new Command(List.of(
                        IstioParts.istioctl().toString(),
                        "manifest",
                        "generate",
                        "--set=profile=minimal",
                        "--set=hub=docker.io/istio",
                        "--set=tag=" + RELEASE))
                .run()
                .orThrow()
                .out();
        return generated
                // a Service's port is where the process listens here, and 443 is root's
                .replace("port: 443\n", "port: 15017\n")
                // a stock Envoy has no filter for Istio's metrics, and would refuse all listeners
                .replace("      metrics:\n      - prometheus\n", "      metrics: []\n");
    }

    private static ChildProcess start(ControlPlane plane, InetSocketAddress listen, String discovery) {
        Path folder = plane.scratch().resolve(NAME);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ChildProcess.start(
                NAME,
                Path.of("target", "istio", plane.scratch().getFileName() + ".istiod.log"),
                folder,
                Map.of(
                        "REVISION", "default",
                        "PILOT_CERT_PROVIDER", "istiod",
                        "POD_NAME", "istiod-0",
                        "POD_NAMESPACE", NAMESPACE,
                        "SERVICE_ACCOUNT", NAME,
                        "CLUSTER_ID", "Kubernetes",
                        "INJECTION_WEBHOOK_CONFIG_NAME", WEBHOOK,
                        // nor filters for these
                        "PILOT_ENABLE_METADATA_EXCHANGE", "false",
                        "PILOT_ENABLE_ALPN_FILTER", "false"),
                List.of(
                        IstioParts.istiod().toString(),
                        "discovery",
                        "--domain=cluster.local",
                        "--kubeconfig=" + plane.kubeconfigOf(NAMESPACE, NAME),
                        "--httpsAddr=" + listen.getAddress().getHostAddress() + ":" + listen.getPort(),
                        "--httpAddr=127.0.0.1:0",
                        "--grpcAddr=" + discovery,
                        "--secureGRPCAddr=127.0.0.1:0",
                        "--monitoringAddr=127.0.0.1:0",
                        "--ctrlz_port=0"));
    }

    private boolean injects() {
        if (!istiod.isAlive()) {
            throw new IllegalStateException("istiod ended");
        }
        String pod =
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: is-injected, namespace: %s, labels: {sidecar.istio.io/inject: "true"}}
                spec: {containers: [{name: app, image: app}]}
                """
                        .formatted(NAMESPACE);
        return plane.kubectl(pod, "create", "--dry-run=server", "--output=yaml", "--filename=-")
                .out()
                .contains("name: istio-proxy");
    }
}
