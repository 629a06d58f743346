package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.CertificateAuthority;
import dev.sidecarsizer.cluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/**
 * What {@code deploy/overlays/openssl} installs, with a certificate: all but the pods of the Deployment.
 *
 * @param plane where
 * @param listen where a process must listen to be behind the Service
 * @param tls folder with {@code tls.crt}, {@code tls.key}, {@code ca.crt}, as the Secret is mounted
 * @param kubeconfig of the ServiceAccount
 */
public record Installation(ControlPlane plane, InetSocketAddress listen, Path tls, Path kubeconfig) {

    public static final String NAMESPACE = "sidecar-sizer-system";
    public static final String NAME = "sidecar-sizer";
    public static final String AUDIT = "sidecar-sizer-audit";

    private static final Path OVERLAY = Path.of("deploy", "overlays", "openssl");

    public static Installation on(ControlPlane plane) {
        plane.apply(plane.render(OVERLAY));
        plane.kubectl("", "wait", "--for", "condition=Established", "--timeout", "30s", "crd", "--all")
                .orThrow();
        InetSocketAddress listen = plane.behind(NAMESPACE, NAME);
        CertificateAuthority authority = new CertificateAuthority("sidecar-sizer");
        Path tls = certify(authority, listen, plane.scratch().resolve("tls"));
        Installation installation = new Installation(plane, listen, tls, plane.kubeconfigOf(NAMESPACE, NAME));
        installation.writeCaBundle(authority.pem());
        return installation;
    }

    /**
     * Writes into the ConfigMap that holds the installation back, as a person does by kubectl.
     *
     * @param key {@code mode} or {@code breaker}
     * @param json its value; {@code null} takes it away
     */
    public static void say(ControlPlane plane, String key, String json) {
        plane.kubectl(
                        "",
                        "patch",
                        "configmap",
                        NAME,
                        "--namespace",
                        NAMESPACE,
                        "--type",
                        "merge",
                        "--patch",
                        "{\"data\":{\"" + key + "\":" + json + "}}")
                .orThrow();
    }

    private static Path certify(CertificateAuthority authority, InetSocketAddress listen, Path folder) {
        CertificateAuthority.Issued issued = authority.issue(
                NAME,
                List.of(
                        "DNS:" + NAME + "." + NAMESPACE + ".svc",
                        "IP:127.0.0.1",
                        "IP:" + listen.getAddress().getHostAddress()));
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("tls.crt"), issued.certificate());
            Files.writeString(folder.resolve("tls.key"), issued.key());
            Files.writeString(folder.resolve("ca.crt"), authority.pem());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As certs-scripts does in a cluster: the only part of the configurations that is in no manifest. */
    void writeCaBundle(String authority) {
        String bundle = Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.UTF_8));
        var api = plane.admin().admissionRegistration().v1();
        api.mutatingWebhookConfigurations().withName(NAME).edit(configuration -> {
            configuration.getWebhooks().forEach(webhook -> webhook.getClientConfig()
                    .setCaBundle(bundle));
            return configuration;
        });
        api.validatingWebhookConfigurations().withName(AUDIT).edit(configuration -> {
            configuration.getWebhooks().forEach(webhook -> webhook.getClientConfig()
                    .setCaBundle(bundle));
            return configuration;
        });
    }
}
