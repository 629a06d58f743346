package dev.sidecarsizer.cluster;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * etcd and kube-apiserver as processes of this machine, on loopback, with data in a temporary folder.
 *
 * <p>The API server gives Services addresses in 127.1.0.0/16 and dials them itself, so a webhook configuration with an
 * ordinary Service reaches a process that listens on that address: the manifests need no change. Linux answers on all of
 * 127.0.0.0/8; other systems do not.
 */
final class LocalControlPlane implements ControlPlane {

    private final LocalProcesses processes;
    private final Path folder;
    private final Path kubectl;
    private final Path kubeconfig;
    private final KubernetesClient admin;
    private final String version;
    private final Thread atExit = new Thread(this::end, "control-plane-end");

    private LocalControlPlane(LocalProcesses processes, Path folder, Path kubectl) {
        this.processes = processes;
        this.folder = folder;
        this.kubectl = kubectl;
        this.kubeconfig = processes.kubeconfig();
        this.admin = new KubernetesClientBuilder()
                .withConfig(Kubeconfig.read(kubeconfig))
                .build();
        this.version = admin.getKubernetesVersion().getGitVersion();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static ControlPlane start(Binaries binaries, Wanted wanted) {
        try {
            Path folder = Files.createTempDirectory("sidecar-sizer-");
            LocalProcesses processes = LocalProcesses.start(binaries, folder, wanted);
            return new LocalControlPlane(processes, folder, binaries.kubectl());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary folder", e);
        }
    }

    @Override
    public String version() {
        return version;
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
        return List.of(kubectl.toString(), "--kubeconfig", kubeconfig.toString());
    }

    @Override
    public String render(Path kustomization) {
        Command.Outcome outcome = new Command(List.of(kubectl.toString(), "kustomize", kustomization.toString())).run();
        if (!outcome.ok()) {
            throw new IllegalStateException("kubectl could not render " + kustomization + ":\n" + outcome.err());
        }
        return outcome.out();
    }

    @Override
    public InetSocketAddress behind(String namespace, String service) {
        Service found =
                admin.services().inNamespace(namespace).withName(service).require();
        return new InetSocketAddress(
                found.getSpec().getClusterIP(),
                found.getSpec().getPorts().getFirst().getPort());
    }

    @Override
    public Path scratch() {
        return folder;
    }

    @Override
    public String auditLog() {
        return processes.auditLog();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private void end() {
        admin.close();
        processes.close();
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
