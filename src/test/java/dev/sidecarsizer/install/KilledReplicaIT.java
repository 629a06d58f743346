package dev.sidecarsizer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.FreePorts;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.node.ObjectNode;

/** The jar as it is shipped, two processes of it, and one of them dies in the middle of many pods' creation. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(SharedInstallation.class)
class KilledReplicaIT {

    private static final String SHOP = "killed-shop";
    private static final int PODS = 1000;
    private static final int AT_A_TIME = 50;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final InstalledWebhook webhook;
    private final ObjectNode reviews = InjectedPod.REVIEWS.json(SHOP);

    KilledReplicaIT(InstalledWebhook webhook) {
        this.webhook = webhook;
    }

    /** A pod's creation, and when it was under way on {@link System#nanoTime()}'s clock. */
    private record Timed(PodCreation pod, long from, long to) {

        boolean sized() {
            return pod.memory().equals("96Mi/192Mi");
        }
    }

    @Test
    void noPodIsRefusedAndAllButThoseUnderWayAreSized() throws Exception {
        webhook.plane().createNamespace(SHOP, Map.of("sidecar-sizer.dev/mode", "enforce"));
        StoredProfile.put(webhook.plane(), SHOP, new StoredProfile("Deployment/reviews", "96Mi", "192Mi"));
        InetSocketAddress doomed = FreePorts.address();
        InetSocketAddress survivor = FreePorts.address();
        try (ChildProcess one = start("doomed", doomed);
                ChildProcess other = start("survivor", survivor)) {
            awaitReady(one, doomed);
            awaitReady(other, survivor);
            webhook.carryTo(List.of(doomed, survivor));
            webhook.awaitMemory(SHOP, reviews, "96Mi/192Mi");

            createWhileOneDies(one, doomed, survivor);
        } finally {
            webhook.putBack();
        }
    }

    private void createWhileOneDies(ChildProcess process, InetSocketAddress doomed, InetSocketAddress survivor)
            throws Exception {
        CountDownLatch half = new CountDownLatch(PODS / 2);
        List<Future<Timed>> creations = new ArrayList<>();
        long killed;
        long forgotten;
        try (ExecutorService callers = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (int i = 0; i < PODS; i++) {
                creations.add(callers.submit(() -> create(half)));
            }
            half.await();
            killed = System.nanoTime();
            assertThat(ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly())
                    .isTrue();
            Pause.until("it is dead", PATIENCE, () -> !process.isAlive());
            // a cluster takes the endpoint away when it notices
            webhook.service().carryTo(List.of(survivor));
            // in a cluster the kernel ends its connections at once; here a thread does, when it has its turn
            Pause.until("its connections have ended", PATIENCE, () -> !webhook.service()
                    .leadsTo(doomed));
            forgotten = System.nanoTime();
        }
        int unsized = 0;
        for (Future<Timed> creation : creations) {
            Timed timed = creation.get();
            assertThat(timed.pod.accepted()).as(timed.pod.body().toString()).isTrue();
            boolean underWay = timed.from <= forgotten && timed.to >= killed;
            // a machine that is busy with other things may not answer in time, and then the pod does not wait
            boolean timedOut = timed.pod.took().compareTo(TIMEOUT) >= 0;
            assertThat(timed.sized() || underWay || timedOut)
                    .as("unsized, from %d to %d ms after the kill", ms(timed.from - killed), ms(timed.to - killed))
                    .isTrue();
            unsized += timed.sized() ? 0 : 1;
        }
        assertThat(unsized).isLessThanOrEqualTo(AT_A_TIME * 2);
    }

    private Timed create(CountDownLatch half) {
        long from = System.nanoTime();
        PodCreation pod = webhook.pods().create(SHOP, reviews);
        half.countDown();
        return new Timed(pod, from, System.nanoTime());
    }

    private ChildProcess start(String name, InetSocketAddress address) {
        Installation installation = webhook.installation();
        return ChildProcess.start(
                name,
                Path.of("target", "replicas", name + ".log"),
                Path.of("").toAbsolutePath(),
                Map.of("KUBECONFIG", installation.kubeconfig().toString()),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-jar",
                        Path.of("target", "sidecar-sizer.jar").toAbsolutePath().toString(),
                        "--server.address=" + address.getAddress().getHostAddress(),
                        "--server.port=" + address.getPort(),
                        "--management.server.address=127.0.0.1",
                        "--management.server.port=0",
                        "--sidecar-sizer.tls.directory=" + installation.tls(),
                        "--sidecar-sizer.shutdown.drain=0s"));
    }

    private void awaitReady(ChildProcess process, InetSocketAddress address) {
        Https https = Https.trusting(webhook.installation().tls().resolve("ca.crt"));
        Pause.until("a replica is ready", PATIENCE, () -> {
            assertThat(process.isAlive()).as(process.story()).isTrue();
            return https.status(address, "/readyz") == 200;
        });
    }

    private static long ms(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }
}
