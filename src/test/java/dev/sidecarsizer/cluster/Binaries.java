package dev.sidecarsizer.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The programs of a control plane.
 *
 * @param etcd etcd
 * @param apiServer kube-apiserver
 * @param kubectl kubectl
 * @param controllerManager kube-controller-manager, {@code null} where none was asked for
 */
record Binaries(Path etcd, Path apiServer, Path kubectl, @Nullable Path controllerManager) {

    static final String ASSETS_VARIABLE = "KUBEBUILDER_ASSETS";

    private static final String ETCD = "go.etcd.io/etcd/server/v3";
    private static final String KUBE_APISERVER = "k8s.io/kubernetes/cmd/kube-apiserver";
    private static final String KUBECTL = "k8s.io/kubernetes/cmd/kubectl";
    private static final String KUBE_CONTROLLER_MANAGER = "k8s.io/kubernetes/cmd/kube-controller-manager";

    /** Programs that are already on this machine. */
    static Optional<Binaries> already(Kubernetes version, boolean controllerManager, Progress progress) {
        Optional<Binaries> assets = inAssets(version, controllerManager, progress);
        if (assets.isPresent()) {
            return assets;
        }
        boolean built = GoPart.named("etcd").isBuilt(ETCD)
                && Kubernetes.DEFAULT.part().isBuilt(KUBECTL)
                && version.part().isBuilt(KUBE_APISERVER)
                && (!controllerManager || version.part().isBuilt(KUBE_CONTROLLER_MANAGER));
        return built ? Optional.of(cached(version, controllerManager)) : Optional.empty();
    }

    /** Programs built from the pinned Go modules, if they are not yet. One kubectl serves all versions. */
    static Binaries build(Kubernetes version, boolean controllerManager, Progress progress) {
        List<String> kubernetes =
                controllerManager ? List.of(KUBE_APISERVER, KUBE_CONTROLLER_MANAGER) : List.of(KUBE_APISERVER);
        GoPart.named("etcd").build(ETCD, progress);
        version.part().build(kubernetes, progress);
        Kubernetes.DEFAULT.part().build(KUBECTL, progress);
        return cached(version, controllerManager);
    }

    private static Binaries cached(Kubernetes version, boolean controllerManager) {
        return new Binaries(
                GoPart.named("etcd").path(ETCD),
                version.part().path(KUBE_APISERVER),
                Kubernetes.DEFAULT.part().path(KUBECTL),
                controllerManager ? version.part().path(KUBE_CONTROLLER_MANAGER) : null);
    }

    /** What setup-envtest lays down: etcd, kube-apiserver and kubectl of one version, which must be the asked one. */
    private static Optional<Binaries> inAssets(Kubernetes version, boolean controllerManager, Progress progress) {
        String folder = System.getenv(ASSETS_VARIABLE);
        if (folder == null || folder.isBlank()) {
            return Optional.empty();
        }
        Path assets = Path.of(folder).toAbsolutePath();
        Path manager = assets.resolve("kube-controller-manager");
        Binaries binaries = new Binaries(
                assets.resolve("etcd"),
                assets.resolve("kube-apiserver"),
                assets.resolve("kubectl"),
                controllerManager ? manager : null);
        for (Path program : List.of(binaries.etcd, binaries.apiServer, binaries.kubectl)) {
            if (!Files.isExecutable(program)) {
                progress.say("  " + ASSETS_VARIABLE + " is set, but there is no " + program + ": not used");
                return Optional.empty();
            }
        }
        if (controllerManager && !Files.isExecutable(manager)) {
            return Optional.empty();
        }
        String said = new Command(List.of(binaries.apiServer.toString(), "--version"))
                .run()
                .out()
                .strip();
        if (!said.matches("Kubernetes v1\\." + version.minor() + "\\..*")) {
            progress.say("  " + ASSETS_VARIABLE + " has " + said + ", not " + version.version() + ": not used");
            return Optional.empty();
        }
        return Optional.of(binaries);
    }
}
