package dev.sidecarsizer.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.config.Client.Answer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods hold secrets: what is in one is in no log, in no metric, and in no complaint about it. */
@ExtendWith(SharedWebhook.class)
class PrivacyIT {

    private static final String SECRET = "s3cr3tmarker";

    /**
     * A body with the marker somewhere in it.
     *
     * @param where in words
     */
    record Marked(String where, String body) {
        @Override
        public String toString() {
            return where;
        }
    }

    static Stream<Marked> marked() {
        String example = new String(Client.example(), UTF_8);
        String env = "\"env\": [{\"name\": \"PASSWORD\", \"value\": \"" + SECRET + "\"}, ";
        return Stream.of(
                new Marked("in an environment variable", example.replace("\"env\": [", env)),
                new Marked(
                        "in an annotation",
                        example.replace("\"labels\":", "\"annotations\": {\"a\": \"" + SECRET + "\"}, \"labels\":")),
                new Marked(
                        "in the owner's annotation",
                        example.replace(
                                "\"labels\":",
                                "\"annotations\": {\"sidecar-sizer.dev/memory-limit\": \"" + SECRET
                                        + "\"}, \"labels\":")),
                new Marked(
                        "in the decision's annotation",
                        example.replace(
                                "\"labels\":",
                                "\"annotations\": {\"sidecar-sizer.dev/decision\": \"" + SECRET + "\"}, \"labels\":")),
                new Marked("in a quantity", example.replace("1Gi", SECRET)),
                new Marked(
                        "in the mode's label",
                        example.replace(
                                "\"labels\": {", "\"labels\": {\"sidecar-sizer.dev/mode\": \"" + SECRET + "\", ")),
                new Marked("in the image", example.replace("1.31.0", SECRET)),
                new Marked(
                        "in the name of a workload nobody knows",
                        example.replace("reviews-7f8d9c6b5", SECRET + "-7f8d9c6b5")),
                new Marked(
                        "where a map should be",
                        example.replace(
                                "\"resources\": {\"requests\"",
                                "\"resources\": \"" + SECRET + "\", \"x\": {\"requests\"")),
                new Marked("as the operation", example.replace("CREATE", SECRET)),
                new Marked("as the kind of the body", example.replace("AdmissionReview", SECRET)),
                new Marked(
                        "before the body breaks",
                        example.replace("\"env\": [", env).substring(0, 1200)),
                new Marked("as a word that JSON does not know", "{\"a\": " + SECRET + "}"));
    }

    @ParameterizedTest
    @MethodSource("marked")
    void whatIsInAPodShowsNowhere(Marked marked, WebhookProcess webhook) throws IOException {
        assertThat(marked.body()).contains(SECRET);
        int logged = webhook.log().length();
        for (String path : List.of("/mutate", "/audit")) {
            Answer answer = webhook.https().post(path, marked.body().getBytes(UTF_8));
            if (answer.status() != 200) {
                assertThat(answer.body()).doesNotContain(SECRET);
            }
        }

        assertThat(webhook.management().get("/metrics").body())
                .contains("sidecar_sizer_reviews_total")
                .doesNotContain(SECRET);
        assertThat(webhook.log().substring(logged))
                .as("what was logged meanwhile")
                .isEmpty();
    }

    @Test
    void aTypeThatIsNotOursIsNotRepeated(WebhookProcess webhook) throws IOException {
        Answer answer = webhook.https().post("/mutate", "text/" + SECRET, BodyPublishers.ofString("{}"));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.body()).doesNotContain(SECRET);
        assertThat(webhook.log()).doesNotContain(SECRET);
    }

    @Test
    void aPathThatIsNotOursIsNotLogged(WebhookProcess webhook) throws IOException {
        int logged = webhook.log().length();

        webhook.https().get("/" + SECRET);
        webhook.https().get("/mutate");

        assertThat(webhook.log().substring(logged)).isEmpty();
        assertThat(webhook.management().get("/metrics").body()).doesNotContain(SECRET);
    }
}
