package dev.sidecarsizer.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedControlPlane.class)
class ControlPlaneIT {

    private static final int PORT = 18443;

    private final ControlPlane plane;

    ControlPlaneIT(ControlPlane plane) {
        this.plane = plane;
    }

    @Test
    void runsTheVersionThatIsPinned() {
        assertThat(plane.version()).startsWith(Kubernetes.DEFAULT.version());
    }

    @Test
    void storesPodsAndWritesTheirCreationIntoTheAuditLog() {
        plane.createNamespace("stores-pods", Map.of("purpose", "test"));
        createPod("stores-pods", "plain");

        assertThat(plane.admin()
                        .pods()
                        .inNamespace("stores-pods")
                        .withName("plain")
                        .get())
                .isNotNull();
        assertThat(plane.auditLog()).contains("\"name\":\"plain\"").contains("\"namespace\":\"stores-pods\"");
    }

    @Test
    void letsAServiceAccountDoWhatItsRolesSayAndNoMore() {
        plane.createNamespace("no-roles", Map.of());
        try (KubernetesClient nobody = new KubernetesClientBuilder()
                .withConfig(Kubeconfig.read(plane.kubeconfigOf("no-roles", "default")))
                .build()) {
            assertThat(nobody.getKubernetesVersion().getGitVersion()).isEqualTo(plane.version());
            assertThatThrownBy(() -> nobody.pods().inNamespace("no-roles").list())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("system:serviceaccount:no-roles:default");
        }
    }

    @Test
    void appliesManifestsWithKubectl() {
        plane.apply(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: applied}
                """);

        assertThat(plane.admin().namespaces().withName("applied").get()).isNotNull();
        assertThatThrownBy(() -> plane.apply("kind: Namespace")).hasMessageContaining("apiVersion");
    }

    @Test
    void reachesAProcessOfThisMachineBehindAnOrdinaryService() throws Exception {
        plane.createNamespace("behind", Map.of());
        plane.admin()
                .services()
                .inNamespace("behind")
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("hook")
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withName("https")
                        .withPort(PORT)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        InetSocketAddress address = plane.behind("behind", "hook");

        String hello;
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
            FutureTask<String> called = new FutureTask<>(() -> firstBytes(socket));
            Thread.ofVirtual().start(called);
            callForPodsOf("behind");
            // a configuration takes effect some time after it was stored
            for (int i = 0; i < 100 && !called.isDone(); i++) {
                createPod("behind", "calls-the-hook-" + i);
                Thread.sleep(100);
            }
            hello = called.get(1, TimeUnit.SECONDS);
        } finally {
            plane.admin()
                    .admissionRegistration()
                    .v1()
                    .validatingWebhookConfigurations()
                    .withName("behind")
                    .delete();
        }
        // the API server greets with TLS and names the Service
        assertThat(hello).contains("hook.behind.svc");
    }

    private void callForPodsOf(String namespace) {
        String authority = Base64.getEncoder()
                .encodeToString(new CertificateAuthority("test").pem().getBytes(StandardCharsets.UTF_8));
        plane.admin()
                .resource(new ValidatingWebhookConfigurationBuilder()
                        .withNewMetadata()
                        .withName("behind")
                        .endMetadata()
                        .addNewWebhook()
                        .withName("hook.behind.example")
                        .withAdmissionReviewVersions("v1")
                        .withSideEffects("None")
                        .withFailurePolicy("Ignore")
                        .withTimeoutSeconds(10)
                        .withNewNamespaceSelector()
                        .addToMatchLabels("kubernetes.io/metadata.name", namespace)
                        .endNamespaceSelector()
                        .addNewRule()
                        .withApiGroups("")
                        .withApiVersions("v1")
                        .withOperations("CREATE")
                        .withResources("pods")
                        .endRule()
                        .withNewClientConfig()
                        .withCaBundle(authority)
                        .withNewService()
                        .withNamespace(namespace)
                        .withName("hook")
                        .withPort(PORT)
                        .endService()
                        .endClientConfig()
                        .endWebhook()
                        .build())
                .create();
    }

    private void createPod(String namespace, String name) {
        plane.admin()
                .pods()
                .inNamespace(namespace)
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("app")
                        .withImage("app")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private static String firstBytes(ServerSocket socket) {
        try (Socket connection = socket.accept()) {
            byte[] bytes = new byte[2048];
            int read = connection.getInputStream().read(bytes);
            return new String(bytes, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
