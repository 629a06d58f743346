package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.CertificateAuthority;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.cluster.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.node.ObjectNode;

/** Whatever breaks between the API server and us, pods are created: as they came where we cannot be asked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class FaultsIT {

    private static final String SHOP = "faults-shop";
    private static final String INJECTED = "128Mi/1Gi";
    private static final String SIZED = "96Mi/192Mi";

    private final InstalledWebhook webhook;
    private final ControlPlane plane;

    FaultsIT(InstalledWebhook webhook) {
        this.webhook = webhook;
        plane = webhook.plane();
    }

    @BeforeAll
    void profiles() {
        plane.createNamespace(SHOP, Map.of("sidecar-sizer.dev/mode", "enforce"));
        StoredProfile.put(plane, SHOP, new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        webhook.awaitMemory(SHOP, reviews(), SIZED);
    }

    @Test
    void aReplicaThatStartsBeforeTheApiServerIsReadyWhenThatIsThere() {
        try (Wire wire = new Wire(plane)) {
            wire.cut();
            try (Replica early = startBehind(wire)) {
                Pause.until(
                        "it has tried",
                        InstalledWebhook.PATIENCE,
                        () -> Metrics.sum(early, "sidecar_sizer_cache_failures_total", "kind=\"namespaces\"") > 1);
                assertThat(readiness(early)).isEqualTo(503);

                wire.mend();

                Pause.until("it is ready", InstalledWebhook.PATIENCE, () -> readiness(early) == 200);
                webhook.instead(early.address(), () -> assertThat(
                                webhook.pods().create(SHOP, reviews()).orThrow().memory())
                        .isEqualTo(SIZED));
            }
        }
    }

    @Test
    void aReplicaThatLostItsWatchesSizesFromMemoryAndCatchesUp() {
        plane.createNamespace("faults-watch", Map.of("sidecar-sizer.dev/mode", "enforce"));
        StoredProfile.put(plane, "faults-watch", new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        try (Wire wire = new Wire(plane);
                Replica replica = startBehind(wire)) {
            webhook.instead(replica.address(), () -> {
                Pause.until("it is ready", InstalledWebhook.PATIENCE, () -> readiness(replica) == 200);

                wire.cut();
                StoredProfile.put(plane, "faults-watch", new StoredProfile("Deployment/reviews", "128Mi", "256Mi"));

                for (int i = 0; i < 10; i++) {
                    assertThat(webhook.pods()
                                    .create("faults-watch", reviews())
                                    .orThrow()
                                    .memory())
                            .isEqualTo(SIZED);
                }
                assertThat(readiness(replica))
                        .as("old knowledge is better than none")
                        .isEqualTo(200);

                wire.mend();

                webhook.awaitMemory("faults-watch", reviews(), "128Mi/256Mi");
                // what was decided while the API server was away was not lost
                Pause.until(
                        "it is written",
                        InstalledWebhook.PATIENCE,
                        () -> Metrics.sum(replica, "sidecar_sizer_journal_backlog") == 0);
                assertThat(StoredProfile.decisions(plane, "faults-watch", "deployment-reviews"))
                        .singleElement()
                        .satisfies(tally -> assertThat(tally).containsEntry("count", 10));
            });
        }
    }

    @Test
    void theKindsCanGoAndComeBackUnderARunningWebhook() {
        plane.createNamespace("faults-kinds", Map.of("sidecar-sizer.dev/mode", "enforce"));
        StoredProfile.put(plane, "faults-kinds", new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        webhook.awaitMemory("faults-kinds", reviews(), SIZED);
        try {
            plane.kubectl("", "delete", "crd", "sidecarprofiles.sidecar-sizer.dev", "sidecarpolicies.sidecar-sizer.dev")
                    .orThrow();

            webhook.awaitMemory("faults-kinds", reviews(), INJECTED);
            PodCreation pod = webhook.pods().create("faults-kinds", reviews()).orThrow();
            assertThat(pod.memory()).isEqualTo(INJECTED);
        } finally {
            plane.applyKinds();
        }
        StoredProfile.put(plane, "faults-kinds", new StoredProfile("Deployment/reviews", "128Mi", "256Mi"));
        StoredProfile.put(plane, SHOP, new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));

        awaitBoth("faults-kinds", "128Mi/256Mi");
        awaitBoth(SHOP, SIZED);
    }

    @Test
    void podsStartUnchangedWhereNobodyListens() {
        webhook.instead(FreePorts.address(), () -> {
            PodCreation pod = webhook.pods().create(SHOP, reviews()).orThrow();

            assertThat(pod.memory()).isEqualTo(INJECTED);
            assertThat(pod.took()).isLessThan(Duration.ofSeconds(2));
        });
    }

    @Test
    void podsStartUnchangedAfterTwoSecondsWhereTheWebhookHangs() throws IOException {
        // connections are taken by the kernel and never answered
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            webhook.instead((InetSocketAddress) silent.getLocalSocketAddress(), () -> {
                PodCreation pod = webhook.pods().create(SHOP, reviews()).orThrow();

                assertThat(pod.memory()).isEqualTo(INJECTED);
                assertThat(pod.took()).isBetween(Duration.ofMillis(1900), Duration.ofSeconds(4));
            });
        }
    }

    @Test
    void podsStartUnchangedWhereTheCaBundleIsAnothers() {
        Path tls = webhook.installation().tls();
        try {
            installation().writeCaBundle(new CertificateAuthority("another").pem());
            webhook.putBack();
            webhook.awaitMemory(SHOP, reviews(), INJECTED);

            assertThat(webhook.pods().create(SHOP, reviews()).orThrow().memory())
                    .isEqualTo(INJECTED);
        } finally {
            installation().writeCaBundle(read(tls.resolve("ca.crt")));
        }
        webhook.awaitMemory(SHOP, reviews(), SIZED);
    }

    private Installation installation() {
        return webhook.installation();
    }

    private Replica startBehind(Wire wire) {
        return Replica.startUnready(
                installation(),
                wire.kubeconfig(installation().kubeconfig()),
                InstalledWebhook.anyPort(),
                "--sidecar-sizer.audit.write-interval=100ms");
    }

    private int readiness(Replica replica) {
        return replica.readiness(installation().tls());
    }

    /** One replica may be slower than the other. */
    private void awaitBoth(String namespace, String memory) {
        for (Replica replica : webhook.replicas()) {
            webhook.instead(replica.address(), () -> webhook.awaitMemory(namespace, reviews(), memory));
        }
    }

    private static ObjectNode reviews() {
        return InjectedPod.REVIEWS.json(SHOP);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
