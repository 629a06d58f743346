package dev.sidecarsizer.cluster;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.Testcontainers;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * K3s in a container, where Docker is. Only this differs from the other: who starts the API server, and that a process
 * of this machine gets behind a Service by an EndpointSlice that points at the container's way to its host.
 */
final class K3sControlPlane implements ControlPlane {

    /** Names another image, where the release that we pin has none. */
    static final String IMAGE_VARIABLE = "SIDECAR_SIZER_K3S_IMAGE";

    private static final String POLICY = "/etc/sidecar-sizer-audit.yaml";
    private static final String AUDIT_LOG = "/var/log/sidecar-sizer-audit.log";
    private static final String HOST = "host.testcontainers.internal";

    private final K3sContainer k3s;
    private final Path folder;
    private final Path kubeconfig;
    private final KubernetesClient admin;

    private K3sControlPlane(K3sContainer k3s, Path folder) throws IOException {
        this.k3s = k3s;
        this.folder = folder;
        this.kubeconfig = Files.writeString(folder.resolve("admin.kubeconfig"), k3s.getKubeConfigYaml());
        this.admin = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(k3s.getKubeConfigYaml()))
                .build();
    }

    static ControlPlane start(Wanted wanted) {
        String chosen = System.getenv(IMAGE_VARIABLE);
        String image = chosen == null ? "rancher/k3s:" + wanted.kubernetes().version() + "-k3s1" : chosen;
        wanted.progress().say("  starting " + image + " in Docker");
        K3sContainer k3s = new K3sContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("rancher/k3s"));
        k3s.withCopyToContainer(Transferable.of(AuditPolicy.YAML), POLICY);
        k3s.withAccessToHost(true);
        k3s.setCommand(
                "server",
                "--disable=traefik",
                "--tls-san=" + k3s.getHost(),
                "--kube-apiserver-arg=audit-policy-file=" + POLICY,
                "--kube-apiserver-arg=audit-log-path=" + AUDIT_LOG);
        try {
            // the way to the host is laid when the container starts, and only if a port was asked for
            Testcontainers.exposeHostPorts(FreePorts.find(1).getFirst());
            k3s.start();
            return new K3sControlPlane(k3s, Files.createTempDirectory("sidecar-sizer-"));
        } catch (IOException e) {
            k3s.stop();
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String version() {
        return admin.getKubernetesVersion().getGitVersion();
    }

    @Override
    public KubernetesClient admin() {
        return admin;
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public Path kubeconfigOf(String namespace, String serviceAccount) {
        return Kubeconfig.ofServiceAccount(folder, admin, namespace, serviceAccount);
    }

    @Override
    public List<String> kubectl() {
        return List.of("docker", "exec", "-i", k3s.getContainerId(), "kubectl");
    }

    @Override
    public String render(Path kustomization) {
        // an overlay looks up to its base: the whole of deploy goes along
        Path deploy = Path.of("deploy").toAbsolutePath();
        k3s.copyFileToContainer(MountableFile.forHostPath(deploy), "/deploy");
        return exec("kubectl", "kustomize", "/deploy/" + deploy.relativize(kustomization.toAbsolutePath()));
    }

    @Override
    public InetSocketAddress behind(String namespace, String service) {
        Service found =
                admin.services().inNamespace(namespace).withName(service).require();
        String host = exec("getent", "hosts", HOST).strip().split("\\s+", -1)[0];
        int port = FreePorts.find(1).getFirst();
        Testcontainers.exposeHostPorts(port);
        admin.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .resource(new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withName(service + "-host")
                        .addToLabels("kubernetes.io/service-name", service)
                        .addToLabels("endpointslice.kubernetes.io/managed-by", "sidecar-sizer-tests")
                        .endMetadata()
                        .withAddressType("IPv4")
                        .addNewEndpoint()
                        .withAddresses(host)
                        .endEndpoint()
                        .addNewPort()
                        .withName(found.getSpec().getPorts().getFirst().getName())
                        .withPort(port)
                        .withProtocol("TCP")
                        .endPort()
                        .build())
                .create();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public Path scratch() {
        return folder;
    }

    @Override
    public String auditLog() {
        return exec("cat", AUDIT_LOG);
    }

    @Override
    public void close() {
        admin.close();
        k3s.stop();
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    private String exec(String... words) {
        try {
            ExecResult result = k3s.execInContainer(words);
            if (result.getExitCode() != 0) {
                throw new IllegalStateException(String.join(" ", words) + " in K3s: " + result.getStderr());
            }
            return result.getStdout();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
