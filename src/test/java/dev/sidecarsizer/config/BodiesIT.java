package dev.sidecarsizer.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.config.Client.Answer;
import dev.sidecarsizer.install.Pause;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever reaches the port can post what it likes: it is told so in one line, counted, and the next pod is sized. */
@ExtendWith(SharedWebhook.class)
class BodiesIT {

    private static final int LARGEST = 6 * 1024 * 1024;
    private static final String JSON = "application/json";
    /** Heap, code, classes and connections; the limit that {@code deploy/} sets is 320 MiB. */
    private static final long MOST_RESIDENT_MIB = 300;

    /**
     * A body and what it is answered.
     *
     * @param body one character a byte
     */
    record Refused(String what, int status, String type, String body) {
        @Override
        public String toString() {
            return what + " gets " + status;
        }
    }

    static Stream<Refused> refused() {
        String example = new String(Client.example(), UTF_8);
        return Stream.of(
                json("an empty body", 400, ""),
                json("no JSON", 400, "kind: AdmissionReview"),
                json("a truncated review", 400, example.substring(0, example.length() / 2)),
                json("a list", 400, "[]"),
                json("null", 400, "null"),
                json("another kind", 400, example.replace("AdmissionReview", "Deployment")),
                json("an old version", 400, example.replace("admission.k8s.io/v1", "admission.k8s.io/v1beta1")),
                json("no request", 400, "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"}"),
                json("no uid", 400, example.replaceFirst("\"uid\"", "\"id\"")),
                json("a number as uid", 400, example.replaceFirst("\"uid\": \"[^\"]*\"", "\"uid\": {}")),
                json("depth 100,000", 400, "[".repeat(100_000)),
                json("depth 100,000 of objects", 400, "{\"a\":".repeat(100_000)),
                json("a number of a million digits", 400, "{\"a\":" + "9".repeat(1_000_000) + "}"),
                json("a million small values", 400, "[" + "1,".repeat(1_000_000) + "1]"),
                json("a byte more than 6 MiB", 413, " ".repeat(LARGEST + 1)),
                new Refused("bytes that are no text", 400, JSON, "\u00c3(\u00ff\0"),
                new Refused("YAML", 415, "application/yaml", example),
                new Refused("a form", 415, "application/x-www-form-urlencoded", "a=b"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsNoReviewIsToldSoInOneLineAndCounted(Refused refused, WebhookProcess webhook) throws IOException {
        double before = count(webhook, "mutate", refused.status());

        Answer answer =
                webhook.https().post("/mutate", refused.type(), BodyPublishers.ofString(refused.body(), ISO_8859_1));

        assertThat(answer.status()).isEqualTo(refused.status());
        assertThat(answer.type()).startsWith("text/plain");
        assertThat(answer.body()).endsWith("\n").hasSizeBetween(10, 200);
        assertThat(answer.body().lines()).hasSize(1);
        assertThat(count(webhook, "mutate", refused.status())).isEqualTo(before + 1);
        assertServes(webhook);
    }

    @Test
    void theAuditWebhookRefusesTheSame(WebhookProcess webhook) throws IOException {
        double before = count(webhook, "audit", 400);

        assertThat(webhook.https().post("/audit", "{".getBytes(UTF_8)).status()).isEqualTo(400);

        assertThat(count(webhook, "audit", 400)).isEqualTo(before + 1);
    }

    @Test
    void sixMebibytesAreReadAndAByteMoreIsNotAlsoInChunks(WebhookProcess webhook) throws IOException {
        assertThat(chunked(webhook, LARGEST).status()).isEqualTo(400);
        assertThat(chunked(webhook, LARGEST + 1).status()).isEqualTo(413);
        assertServes(webhook);
    }

    @Test
    void aLengthThatIsTooLargeIsAnsweredBeforeTheBodyComes(WebhookProcess webhook) throws IOException {
        try (Connection connection = Connection.open(webhook.port())) {
            assertThat(connection
                            .say(Connection.head("/mutate", "Content-Length: 1000000000000"))
                            .untilClosed())
                    .startsWith("HTTP/1.1 413 ");
        }
        assertServes(webhook);
    }

    @Test
    void aBodyWithoutEndIsCut(WebhookProcess webhook) throws IOException {
        byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(UTF_8);
        int said = 0;
        try (Connection connection = Connection.open(webhook.port())) {
            connection.say(Connection.head("/mutate", "Transfer-Encoding: chunked"));
            while (said < 1024) {
                connection.say(chunk);
                said++;
            }
        } catch (IOException cut) {
            // as it should be
        }

        assertThat(said * 0x10000L).isLessThan(64L << 20);
        assertServes(webhook);
    }

    @Test
    void aBodyThatEndsEarlyIsRefused(WebhookProcess webhook) throws IOException {
        double before = count(webhook, "mutate", 400);
        try (Connection connection = Connection.open(webhook.port())) {
            connection
                    .say(Connection.head("/mutate", "Expect: 100-continue\r\nContent-Length: 1000"))
                    // before that, an end in the same packet would be the end of a connection without a request
                    .awaitContinue()
                    .say("{\"kind\":")
                    .fallSilent()
                    .untilClosed();
        }

        webhook.awaitMetric("sidecar_sizer_reviews_refused_total{endpoint=\"mutate\",status=\"400\"}", before + 1);
        assertServes(webhook);
    }

    /** Its answer is said before its body is heard: who listens has it, whatever becomes of the connection. */
    @Test
    void besideALargestBodyThereIsNoRoomForAnotherButForSmallOnes(WebhookProcess webhook) throws Exception {
        String head = Connection.head("/mutate", "Content-Length: " + LARGEST);
        try (ExecutorService threads = Executors.newCachedThreadPool();
                Connection one = Connection.open(webhook.port());
                Connection other = Connection.open(webhook.port())) {
            CompletionService<String> answers = new ExecutorCompletionService<>(threads);
            answers.submit(() -> one.say(head).answer());
            answers.submit(() -> other.say(head).answer());

            // who has the room is waited for, and hears nothing for five seconds
            assertThat(answers.take().get()).startsWith("HTTP/1.1 503 ");
            assertServes(webhook);
        }
    }

    /**
     * These clients listen while they speak, as an API server does. The JDK's client listens when it has said all, and so
     * would lose an answer on a machine so busy that it falls silent halfway: we hang up after three seconds of that.
     */
    @Test
    void largestBodiesAtOnceFindNoRoomAndMemoryStaysBounded(WebhookProcess webhook) throws Exception {
        List<byte[]> bodies = List.of(
                ("[" + "{},".repeat(LARGEST / 3 - 2) + "{}]").getBytes(UTF_8),
                ("[" + "\"a\",".repeat(LARGEST / 4 - 2) + "1]").getBytes(UTF_8),
                ("[\"" + "a".repeat(LARGEST - 10) + "\"]").getBytes(UTF_8));
        List<Connection> clients = new ArrayList<>();
        List<Future<String>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (int i = 0; i < 24; i++) {
                Connection client = Connection.open(webhook.port());
                clients.add(client);
                client.say(Connection.head("/mutate", "Content-Length: " + bodies.get(i % bodies.size()).length));
                answers.add(threads.submit(client::answer));
            }
            // or a handshake could wait behind all those bodies, until its time is over
            Pause.until(
                    "all are answered but the one that has the room",
                    Client.PATIENCE,
                    () -> answers.stream().filter(Future::isDone).count() >= answers.size() - 1);
            for (int i = 0; i < clients.size(); i++) {
                Connection client = clients.get(i);
                byte[] body = bodies.get(i % bodies.size());
                threads.execute(() -> sayWhatIsHeard(client, body));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).containsPattern("^HTTP/1.1 (400|408|503) ");
            }
        } finally {
            for (Connection client : clients) {
                client.close();
            }
        }

        assertThat(webhook.isAlive()).isTrue();
        assertThat(webhook.mostResident()).isLessThan(MOST_RESIDENT_MIB);
        assertServes(webhook);
    }

    /** Annotations can make a pod that large; a rollout makes many of them at once. */
    @Test
    void largePodsAtOnceAreSized(WebhookProcess webhook) throws Exception {
        byte[] large = (new String(Client.example(), UTF_8) + " ".repeat(100 * 1024)).getBytes(UTF_8);
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                answers.add(clients.submit(
                        () -> webhook.https().post("/mutate", large).status()));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
    }

    private static void sayWhatIsHeard(Connection client, byte[] body) {
        try {
            client.say(body);
        } catch (IOException cut) {
            // why, its answer says
        }
    }

    private static Answer chunked(WebhookProcess webhook, int size) throws IOException {
        InputStream spaces = new ByteArrayInputStream(" ".repeat(size).getBytes(UTF_8));
        return webhook.https().post("/mutate", JSON, BodyPublishers.ofInputStream(() -> spaces));
    }

    private static Refused json(String what, int status, String body) {
        return new Refused(what, status, JSON, body);
    }

    private static double count(WebhookProcess webhook, String endpoint, int status) throws IOException {
        return webhook.metric(
                "sidecar_sizer_reviews_refused_total{endpoint=\"" + endpoint + "\",status=\"" + status + "\"}");
    }

    private static void assertServes(WebhookProcess webhook) throws IOException {
        Answer answer = webhook.https().post("/mutate", Client.example());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("\"patch\"");
    }
}
