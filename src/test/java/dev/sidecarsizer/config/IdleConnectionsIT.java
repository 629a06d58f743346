package dev.sidecarsizer.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.install.Pause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An API server keeps an idle connection for 90 s and does not repeat a call on one that we closed meanwhile: after a
 * quiet time its burst must find every connection open.
 */
@Tag("mesh")
@ExtendWith(SharedWebhook.class)
class IdleConnectionsIT {

    private static final int CONNECTIONS = 50;

    @ParameterizedTest(name = "{0} s")
    @ValueSource(longs = {25, 95})
    void serveABurstAfterAQuietTimeOf(long seconds, WebhookProcess webhook) throws IOException {
        List<Connection> kept = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                kept.add(Connection.open(webhook.port()));
            }
            burst(kept);

            Pause.ofMillis(Duration.ofSeconds(seconds).toMillis());

            burst(kept);
        } finally {
            for (Connection connection : kept) {
                connection.close();
            }
        }
    }

    private static void burst(List<Connection> connections) throws IOException {
        byte[] review = Client.example();
        for (Connection connection : connections) {
            connection
                    .say(Connection.head("/mutate", "Content-Length: " + review.length))
                    .say(review);
        }
        for (Connection connection : connections) {
            assertThat(connection.answer()).startsWith("HTTP/1.1 200").contains("\"patch\"");
        }
    }
}
