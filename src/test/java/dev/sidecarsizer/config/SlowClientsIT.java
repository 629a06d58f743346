package dev.sidecarsizer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that keep us waiting do not keep others waiting. */
@Tag("mesh")
@ExtendWith(SharedWebhook.class)
class SlowClientsIT {

    /** {@code server.tomcat.connection-timeout} and what a busy machine adds. */
    private static final long LONGEST_MS = 12_000;

    private static final int FEWER_THAN_THE_CAP = 450;
    private static final int MORE_THAN_THE_CAP = 1100;

    @Test
    void silenceInTheHandshakeTheHeadersOrTheBodyIsCut(WebhookProcess webhook) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Long> handshake = clients.submit(() -> {
                try (Socket silent = Client.connect(webhook.port())) {
                    // a TLS record's beginning
                    silent.getOutputStream().write(new byte[] {0x16, 3, 1});
                    return untilClosed(silent);
                }
            });
            Future<Long> management = clients.submit(() -> {
                try (Socket silent = Client.connect(webhook.managementPort())) {
                    silent.getOutputStream().write("GET /met".getBytes(StandardCharsets.US_ASCII));
                    return untilClosed(silent);
                }
            });
            Future<String> headers = clients.submit(() -> {
                try (Connection silent = Connection.open(webhook.port())) {
                    return silent.say("POST /mutate HTTP/1.1\r\nHost: loc").untilClosed();
                }
            });
            Future<String> body = clients.submit(() -> {
                try (Connection silent = Connection.open(webhook.port())) {
                    return silent.say(Connection.head("/mutate", "Content-Length: 1000") + "{")
                            .untilClosed();
                }
            });
            Future<String> dripping = clients.submit(() -> drip(webhook));

            assertThat(handshake.get()).isLessThan(LONGEST_MS);
            assertThat(management.get()).isLessThan(LONGEST_MS);
            assertThat(headers.get()).doesNotContain("HTTP/1.1 200");
            assertThat(body.get()).startsWith("HTTP/1.1 408");
            assertThat(dripping.get()).startsWith("HTTP/1.1 408");
        }
        assertThat(webhook.https().post("/mutate", Client.example()).status()).isEqualTo(200);
    }

    @Test
    void idleConnectionsBelowTheCapCostMemoryThatIsThere(WebhookProcess webhook) throws IOException {
        List<Connection> idle = new ArrayList<>();
        try {
            for (int i = 0; i < FEWER_THAN_THE_CAP; i++) {
                Connection connection = Connection.open(webhook.port());
                idle.add(connection);
                assertThat(connection
                                .say("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .answer())
                        .startsWith("HTTP/1.1 200");
            }

            assertThat(webhook.https().post("/mutate", Client.example()).status())
                    .isEqualTo(200);
            assertThat(webhook.isAlive()).isTrue();
        } finally {
            for (Connection connection : idle) {
                connection.close();
            }
        }
    }

    @Test
    void moreConnectionsThanTheCapWaitUntilTheSilentOnesAreCut(WebhookProcess webhook) throws IOException {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < MORE_THAN_THE_CAP; i++) {
                silent.add(Client.connect(webhook.port()));
            }

            assertThat(webhook.https().post("/mutate", Client.example()).status())
                    .isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    /** A byte of the body now and then: each comes in time, all of them would take minutes. */
    private static String drip(WebhookProcess webhook) throws IOException {
        try (Connection slow = Connection.open(webhook.port())) {
            slow.say(Connection.head("/mutate", "Content-Length: 1000"));
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        slow.say(" ");
                        Thread.sleep(250);
                    }
                } catch (IOException | InterruptedException over) {
                    // closed, by whom ever
                }
            });
            return slow.answer();
        }
    }

    private static long untilClosed(Socket socket) throws IOException {
        long start = System.nanoTime();
        try {
            // an alert may come before the end
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketException reset) {
            // a reset closes too
        }
        return (System.nanoTime() - start) / 1_000_000;
    }
}
