package dev.sidecarsizer.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/** Who starts the API server, in the order of what costs least where it is there. */
enum Choice {
    /** K3s in a container. */
    K3S {
        @Override
        ControlPlane start(ControlPlane.Wanted wanted) {
            return K3sControlPlane.start(wanted);
        }
    },
    /** etcd and kube-apiserver as processes of this machine. */
    PROCESSES {
        @Override
        ControlPlane start(ControlPlane.Wanted wanted) {
            return LocalControlPlane.start(programs(wanted), wanted);
        }
    };

    /** Set to {@code k3s} or {@code processes}, it chooses. */
    static final String VARIABLE = "SIDECAR_SIZER_CONTROL_PLANE";

    abstract ControlPlane start(ControlPlane.Wanted wanted);

    static Choice of(ControlPlane.Wanted wanted) {
        String chosen = System.getenv(VARIABLE);
        for (Choice choice : values()) {
            if (choice.name().equalsIgnoreCase(chosen)) {
                return choice;
            }
        }
        if (hasDocker()) {
            return K3S;
        }
        boolean possible = GoPart.canBuild()
                || Binaries.already(wanted.kubernetes(), wanted.controllerManager(), any -> {})
                        .isPresent();
        if (!possible) {
            throw new PartMissing(
                    """
                    There is no Kubernetes API server to be had on this machine. Provide one of these:
                      1. Docker, running: K3s is then started in a container
                      2. %s=<folder with etcd, kube-apiserver and kubectl %s>, such as setup-envtest makes
                      3. Go 1.21 or later on the PATH: the API server is then built from source, once, in about 4 minutes"""
                            .formatted(
                                    Binaries.ASSETS_VARIABLE,
                                    wanted.kubernetes().version()));
        }
        return PROCESSES;
    }

    private static Binaries programs(ControlPlane.Wanted wanted) {
        Optional<Binaries> already =
                Binaries.already(wanted.kubernetes(), wanted.controllerManager(), wanted.progress());
        return already.orElseGet(
                () -> Binaries.build(wanted.kubernetes(), wanted.controllerManager(), wanted.progress()));
    }

    private static boolean hasDocker() {
        // asking Docker costs a second and many lines of log: only where it has left a trace
        boolean trace = System.getenv("DOCKER_HOST") != null
                || Files.exists(Path.of("/var/run/docker.sock"))
                || Files.exists(Path.of(System.getProperty("user.home"), ".docker", "run", "docker.sock"))
                || Files.exists(Path.of(System.getProperty("user.home"), ".testcontainers.properties"));
        return trace && DockerClientFactory.instance().isDockerAvailable();
    }
}
