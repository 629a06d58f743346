package dev.sidecarsizer.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.Waits;
import dev.sidecarsizer.install.Pause;
import java.io.IOException;
import java.time.Duration;

/** SIGTERM, as the kubelet sends it while API servers still call. */
class ShutdownIT {

    private static final Duration DRAIN = Duration.ofSeconds(3);
    /** What a JVM that SIGTERM ends in order returns: 128 and the signal's number. */
    private static final int ENDED_BY_SIGTERM = 143;

    @Waits
    void itIsUnreadyAtOnceServesOnAndLosesNoCall() throws Exception {
        try (WebhookProcess webhook =
                        WebhookProcess.local("--sidecar-sizer.shutdown.drain=" + DRAIN.toSeconds() + "s");
                Load load = Load.on(webhook)) {
            String review = new String(Client.example(), ISO_8859_1);
            Connection inFlight = Connection.open(webhook.port());
            inFlight.say(Connection.head("/mutate", "Expect: 100-continue\r\nContent-Length: " + review.length()))
                    .awaitContinue()
                    .say(review.substring(0, 100));
            Connection idle = Connection.open(webhook.port());
            idle.say("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").answer();
            long start = System.nanoTime();

            webhook.terminate();

            Pause.until("it is unready", Duration.ofSeconds(2), () -> isUnready(webhook));
            int before = load.calls();
            assertThat(webhook.https().get("/livez").status()).isEqualTo(200);
            assertThat(idle.say("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .answer())
                    .as("a connection from before is served, and told that it was the last time")
                    .startsWith("HTTP/1.1 200")
                    .contains("Connection: close");
            assertThat(inFlight.say(review.substring(100)).answer()).startsWith("HTTP/1.1 200");
            Pause.until("calls come in while it drains", DRAIN, () -> load.calls() > before + 20);
            assertThat(seconds(start)).isLessThan((double) DRAIN.toSeconds());
            load.stop();
            assertThat(load.failures()).isEmpty();

            assertThat(webhook.awaitExit(Duration.ofSeconds(20))).isEqualTo(ENDED_BY_SIGTERM);
            assertThat(seconds(start)).isBetween((double) DRAIN.toSeconds(), DRAIN.toSeconds() + 10.0);
            assertThat(webhook.log())
                    .contains("no longer ready, serving on for 3 s")
                    .doesNotContain("WARN", "ERROR");
        }
    }

    @Waits
    void aCallThatIsUnderWayAtTheEndOfTheDrainIsAnswered() throws Exception {
        try (WebhookProcess webhook = WebhookProcess.local("--sidecar-sizer.shutdown.drain=0s")) {
            String review = new String(Client.example(), ISO_8859_1);
            Connection inFlight = Connection.open(webhook.port());
            inFlight.say(Connection.head("/mutate", "Expect: 100-continue\r\nContent-Length: " + review.length()))
                    .awaitContinue()
                    .say(review.substring(0, 100));

            webhook.terminate();
            Pause.until("it takes no more connections", Duration.ofSeconds(5), () -> refuses(webhook));

            assertThat(inFlight.say(review.substring(100)).answer()).startsWith("HTTP/1.1 200");
            assertThat(webhook.awaitExit(Duration.ofSeconds(20))).isEqualTo(ENDED_BY_SIGTERM);
        }
    }

    private static boolean isUnready(WebhookProcess webhook) {
        try {
            return webhook.https().get("/readyz").status() == 503;
        } catch (IOException e) {
            throw new AssertionError("a probe failed while it should be served", e);
        }
    }

    private static boolean refuses(WebhookProcess webhook) {
        try {
            Client.connect(webhook.port()).close();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
