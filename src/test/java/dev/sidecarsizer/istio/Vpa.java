package dev.sidecarsizer.istio;

import dev.sidecarsizer.cluster.CertificateAuthority;
import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.cluster.GoPart;
import dev.sidecarsizer.cluster.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The real admission controller of VerticalPodAutoscalers, under its own role, registered as it registers itself. */
final class Vpa implements AutoCloseable {

    static final String WEBHOOK = "vpa-webhook-config";

    private static final GoPart PART = GoPart.named("vpa");
    private static final String MODULE = "k8s.io/autoscaler/vertical-pod-autoscaler";
    private static final String NAMESPACE = "kube-system";
    private static final String NAME = "vpa-admission-controller";

    private final ChildProcess process;

    private Vpa(ChildProcess process) {
        this.process = process;
    }

    /** Installs and starts it; it waits ten seconds before it registers itself. */
    static Vpa on(ControlPlane plane) {
        Path program = PART.build(MODULE + "/pkg/admission-controller", Progress.onConsole());
        Path manifests = PART.sources(MODULE).resolve("deploy");
        List<Integer> ports = FreePorts.find(2);
        try {
            plane.apply(Files.readString(manifests.resolve("vpa-v1-crd-gen.yaml")));
            plane.apply(Files.readString(manifests.resolve("vpa-rbac.yaml")));
            Path folder = Files.createDirectories(plane.scratch().resolve("vpa"));
            CertificateAuthority authority = new CertificateAuthority("vpa");
            CertificateAuthority.Issued issued = authority.issue("vpa-webhook", List.of("IP:127.0.0.1"));
            return new Vpa(ChildProcess.start(
                    NAME,
                    Path.of("target", "istio", plane.scratch().getFileName() + ".vpa.log"),
                    folder,
                    Map.of("NAMESPACE", NAMESPACE),
                    List.of(
                            program.toString(),
                            "--kubeconfig=" + plane.kubeconfigOf(NAMESPACE, NAME),
                            "--client-ca-file=" + Files.writeString(folder.resolve("ca.crt"), authority.pem()),
                            "--tls-cert-file=" + Files.writeString(folder.resolve("tls.crt"), issued.certificate()),
                            "--tls-private-key=" + Files.writeString(folder.resolve("tls.key"), issued.key()),
                            "--port=" + ports.getFirst(),
                            "--register-by-url",
                            "--webhook-address=https://127.0.0.1",
                            "--webhook-port=" + ports.getFirst(),
                            "--address=127.0.0.1:" + ports.getLast())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
