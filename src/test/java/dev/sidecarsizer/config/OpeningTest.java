package dev.sidecarsizer.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sidecarsizer.install.Pause;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/** Readiness waits for two things: reviews that have passed through the front door, and caches that are there. */
class OpeningTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry(Tls.BUNDLE, LocalCertificate.make());
    private final AtomicInteger status = new AtomicInteger(500);
    private final AtomicInteger calls = new AtomicInteger();
    private volatile List<String> missing = List.of();
    private final CountDownLatch opened = new CountDownLatch(1);
    private final Opening opening = new Opening(() -> missing, new WarmUp(bundles, InetAddress.getLoopbackAddress()));

    @SuppressWarnings("NullAway.Init")
    private HttpsServer frontDoor;

    @SuppressWarnings("NullAway.Init")
    private Thread waiting;

    @BeforeEach
    void listen() throws IOException {
        frontDoor = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        frontDoor.setHttpsConfigurator(
                new HttpsConfigurator(bundles.getBundle(Tls.BUNDLE).createSslContext()));
        frontDoor.createContext("/", this::answer);
        frontDoor.start();
        waiting = opening.begin(frontDoor.getAddress().getPort(), opened::countDown);
    }

    @AfterEach
    void close() {
        waiting.interrupt();
        frontDoor.stop(0);
    }

    @Test
    void itStaysShutUntilReviewsPass() throws InterruptedException {
        Pause.until("two reviews failed", PATIENCE, () -> calls.get() >= 2);
        assertThat(opening.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);

        status.set(200);

        assertThat(opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(opening.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void itStaysShutUntilTheCachesAreThereAndOpenFromThenOn() throws InterruptedException {
        missing = List.of("SidecarProfile");
        status.set(200);
        Pause.until("the warm-up is over", PATIENCE, () -> {
            int before = calls.get();
            Pause.ofMillis(500);
            return before > 0 && calls.get() == before;
        });
        assertThat(opening.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);

        missing = List.of();
        assertThat(opened.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        missing = List.of("SidecarProfile");

        assertThat(opening.health().getStatus()).isEqualTo(Status.UP);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            calls.incrementAndGet();
            exchange.sendResponseHeaders(status.get(), -1);
        }
    }
}
