package dev.sidecarsizer.cluster;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The processes of a {@link LocalControlPlane}, and the files that they need. Their logs stay in {@code target}. */
final class LocalProcesses implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SERVICES = "127.1.0.0/16";

    private final Path folder;
    private final Path logs;
    private final Deque<ChildProcess> running = new ArrayDeque<>();

    private LocalProcesses(Path folder, Path logs) {
        this.folder = folder;
        this.logs = logs;
    }

    static LocalProcesses start(Binaries binaries, Path folder, ControlPlane.Wanted wanted) throws IOException {
        Path logs = Path.of("target", "control-plane", wanted.kubernetes().version() + "-" + folder.getFileName())
                .toAbsolutePath();
        LocalProcesses processes = new LocalProcesses(folder, logs);
        try {
            processes.run(binaries, wanted);
        } catch (IOException | RuntimeException e) {
            processes.close();
            Folders.delete(folder);
            throw e;
        }
        return processes;
    }

    Path kubeconfig() {
        return folder.resolve("admin.kubeconfig");
    }

    String auditLog() {
        try {
            String log = Files.readString(auditFile());
            // the last line may be half written
            return log.substring(0, log.lastIndexOf('\n') + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the audit log", e);
        }
    }

    /** Ends them, the last started first. */
    @Override
    public void close() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }

    private void run(Binaries binaries, ControlPlane.Wanted wanted) throws IOException {
        List<Integer> ports = FreePorts.find(3);
        String etcd = "http://127.0.0.1:" + ports.get(0);
        start("etcd", etcdCommand(binaries.etcd(), etcd, "http://127.0.0.1:" + ports.get(1)));
        start("kube-apiserver", apiServerCommand(binaries.apiServer(), etcd, ports.get(2)));
        awaitReady(wanted.progress());
        if (binaries.controllerManager() != null) {
            start("kube-controller-manager", controllerManagerCommand(binaries.controllerManager()));
        }
    }

    private void start(String name, List<String> command) {
        running.push(ChildProcess.start(name, logs.resolve(name + ".log"), folder, Map.of(), command));
    }

    private List<String> etcdCommand(Path program, String clients, String peers) {
        return List.of(
                program.toString(),
                "--data-dir=" + folder.resolve("etcd"),
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers,
                "--log-level=warn",
                // what is lost with the machine is not missed
                "--unsafe-no-fsync");
    }

    private List<String> apiServerCommand(Path program, String etcd, int port) throws IOException {
        CertificateAuthority authority = new CertificateAuthority("sidecar-sizer-control-plane");
        CertificateAuthority.Issued serving =
                authority.issue("kube-apiserver", List.of("IP:127.0.0.1", "DNS:localhost"));
        KeyPair tokens = CertificateAuthority.newKeys();
        String adminToken = UUID.randomUUID().toString();
        Kubeconfig.write(kubeconfig(), "https://127.0.0.1:" + port, authority.pem(), "admin", adminToken);
        List<String> words = new ArrayList<>(List.of(
                program.toString(),
                "--etcd-servers=" + etcd,
                "--secure-port=" + port,
                "--bind-address=127.0.0.1",
                // TEST-NET-1: it must not be loopback, nobody uses it, and finding one's own fails without a network
                "--advertise-address=192.0.2.1",
                "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=" + SERVICES,
                "--authorization-mode=RBAC",
                "--allow-privileged=true",
                "--profiling=false",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--audit-log-path=" + auditFile()));
        words.add("--tls-cert-file=" + file("server.crt", serving.certificate()));
        words.add("--tls-private-key-file=" + file("server.key", serving.key()));
        words.add("--client-ca-file=" + file("ca.crt", authority.pem()));
        words.add("--service-account-signing-key-file="
                + file("tokens.key", CertificateAuthority.pemOf(tokens.getPrivate())));
        words.add("--service-account-key-file=" + file("tokens.pub", CertificateAuthority.pemOf(tokens.getPublic())));
        words.add("--token-auth-file=" + file("admin.csv", adminToken + ",admin,admin,system:masters\n"));
        words.add("--audit-policy-file=" + file("audit-policy.yaml", AuditPolicy.YAML));
        return words;
    }

    private List<String> controllerManagerCommand(Path program) {
        return List.of(
                program.toString(),
                "--kubeconfig=" + kubeconfig(),
                "--service-account-private-key-file=" + folder.resolve("tokens.key"),
                "--root-ca-file=" + folder.resolve("ca.crt"),
                "--service-cluster-ip-range=" + SERVICES,
                "--leader-elect=false",
                "--secure-port=0");
    }

    private void awaitReady(Progress progress) {
        Instant deadline = Instant.now().plus(PATIENCE);
        progress.say("  starting the API server");
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Kubeconfig.read(kubeconfig()))
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build()) {
            while (!isReady(client)) {
                for (ChildProcess process : running) {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(process.story());
                    }
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("the API server is not ready after " + PATIENCE.toSeconds() + " s: "
                            + running.getFirst().story());
                }
                Thread.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static boolean isReady(KubernetesClient client) {
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException e) {
            // not listening yet, or listening and not ready: both pass
            return false;
        }
    }

    private Path auditFile() {
        return logs.resolve("audit.log");
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
