package dev.sidecarsizer.demo;

import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.PartMissing;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.install.InjectedPod;
import dev.sidecarsizer.install.Installation;
import dev.sidecarsizer.install.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A control plane, the webhook as it is shipped, and pods of several workloads in a namespace of each mode. */
// by this spring-boot:test-run tells it from the other main classes of the tests; nothing is scanned for it
@SpringBootApplication
public final class Demo {

    private static final Path OWN_POD = Path.of("target", "demo", "reviews.yaml");

    private Demo() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        Progress progress = Progress.onConsole();
        progress.say("sidecar-sizer: a control plane, the webhook, and pods of every kind");
        try (ControlPlane plane = ControlPlane.start(ControlPlane.Wanted.byDefault())) {
            progress.say("  installing deploy/overlays/openssl on Kubernetes " + plane.version());
            Installation installation = Installation.on(plane);
            Shop.ALL.forEach(shop -> shop.furnish(plane));
            new KeptPast().write(plane);
            progress.say(
                    "  starting the webhook as ServiceAccount " + Installation.NAMESPACE + "/" + Installation.NAME);
            try (Replica webhook =
                    Replica.start(installation, installation.listen(), "--sidecar-sizer.audit.write-interval=100ms")) {
                progress.say("");
                progress.say(Row.table(Shop.createPods(plane)));
                progress.say(invitation(plane, webhook));
                new CountDownLatch(1).await();
            }
        } catch (PartMissing missing) {
            System.err.println(missing.getMessage());
            System.exit(1);
        }
    }

    private static String invitation(ControlPlane plane, Replica webhook) throws IOException {
        Files.createDirectories(OWN_POD.getParent());
        Files.writeString(OWN_POD, InjectedPod.REVIEWS.yaml("shop"));
        return """
                Memory is request/limit of istio-proxy; in audit, what it would have become. HEAP is what Envoy's overload
                manager keeps to. Each word of WHY: docs/reasons.md

                Try a pod of your own, in another terminal:

                  alias k='%1$s'
                  k -n shop create -f - < %2$s      # edit it first, as you like
                  k -n shop get pods -o yaml                             # what each got, and why
                  k get sidecarprofiles -A                               # what is known of each workload
                  k -n rehearsal get sprof deployment-reviews -o jsonpath='{.status.decisions}'
                  k label namespace rehearsal sidecar-sizer.dev/mode=enforce --overwrite
                  curl -s %3$s/metrics | grep sidecar_sizer_reviews

                Look at it in a browser:  %3$s/audit/

                Running. Ctrl-C ends it, and all that it started."""
                .formatted(String.join(" ", plane.kubectl()), OWN_POD, webhook.management());
    }
}
