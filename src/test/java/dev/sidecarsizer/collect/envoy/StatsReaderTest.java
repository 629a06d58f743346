package dev.sidecarsizer.collect.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.Waits;
import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.SomePod;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a proxy may answer, or whoever stands in its place. */
class StatsReaderTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";

    private final ServerSocket server;
    private final StatsReader reader;

    StatsReaderTest() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        reader = new StatsReader(server.getLocalPort(), Duration.ofSeconds(2));
    }

    @AfterEach
    void close() throws IOException {
        reader.close();
        server.close();
    }

    @Test
    void readsAnAnswer() throws IOException, InterruptedException {
        answer(out -> write(out, OK + "envoy_server_concurrency{} 3\n"));

        assertThat(reader.read(pod("127.0.0.1")).runtime().concurrency()).isEqualTo(3);
    }

    @Test
    void endsAnAnswerWithoutAnEnd() {
        answer(out -> {
            write(out, OK);
            while (true) {
                write(out, "# a comment of a proxy that has much to say\n".repeat(1000));
            }
        });

        assertThatThrownBy(() -> reader.read(pod("127.0.0.1")))
                .isInstanceOf(IOException.class)
                .hasMessage("an answer of more than 8Mi");
    }

    @Waits
    void doesNotWaitForAnAnswerThatComesByteByByte() {
        answer(out -> {
            write(out, OK);
            while (true) {
                write(out, "#");
                Thread.sleep(100);
            }
        });
        Instant start = Instant.now();

        assertThatThrownBy(() -> reader.read(pod("127.0.0.1"))).hasMessage("no whole answer within 2 s");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Waits
    void doesNotWaitForAnAnswerThatNeverComes() {
        answer(out -> Thread.sleep(60_000));

        assertThatThrownBy(() -> reader.read(pod("127.0.0.1"))).isInstanceOf(IOException.class);
    }

    @Test
    void followsNobodyElsewhere() {
        answer(out -> write(out, "HTTP/1.1 302 Found\r\nlocation: http://10.0.0.1/\r\nconnection: close\r\n\r\n"));

        assertThatThrownBy(() -> reader.read(pod("127.0.0.1"))).hasMessageEndingWith("answered 302");
    }

    @Test
    void refusesWhatAreNoStatistics() {
        answer(out -> write(out, OK + "<html>"));

        assertThatThrownBy(() -> reader.read(pod("127.0.0.1"))).hasMessageContaining("answered with no statistics");
    }

    @Test
    void nobodyListens() throws IOException {
        server.close();

        assertThatThrownBy(() -> reader.read(pod("127.0.0.1"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> reader.read(pod("::1"))).isInstanceOf(IOException.class);
    }

    private void answer(Answer answer) {
        Thread.ofVirtual().start(() -> {
            try (Socket asked = server.accept()) {
                assertThat(asked.getInputStream().read(new byte[4096])).isPositive();
                answer.to(asked.getOutputStream());
            } catch (IOException gone) {
                // whoever asked has heard enough
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @FunctionalInterface
    private interface Answer {
        void to(OutputStream out) throws IOException, InterruptedException;
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static LivePod pod(String ip) {
        return SomePod.named("shop", "reviews-1").ip(ip).build();
    }
}
