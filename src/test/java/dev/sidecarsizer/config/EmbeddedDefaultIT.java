package dev.sidecarsizer.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.config.Client.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a newcomer meets first: the jar, a folder and curl. */
@ExtendWith(SharedWebhook.class)
class EmbeddedDefaultIT {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void theReviewOfTheDocsIsAnsweredWithThePatchOfTheDocs(WebhookProcess webhook) throws IOException {
        Answer answer = webhook.https().post("/mutate", Client.example());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.type()).isEqualTo("application/json");
        JsonNode review = JSON.readTree(answer.body());
        assertThat(review.path("apiVersion").asString()).isEqualTo("admission.k8s.io/v1");
        assertThat(review.path("kind").asString()).isEqualTo("AdmissionReview");
        JsonNode response = review.path("response");
        assertThat(response.path("uid").asString()).isEqualTo("705ab4f5-6393-11e8-b7cc-42010a800002");
        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("patchType").asString()).isEqualTo("JSONPatch");
        String patch =
                new String(Base64.getDecoder().decode(response.path("patch").asString()), UTF_8);
        assertThat(patch)
                .contains("\"value\":\"96Mi\"", "\"value\":\"192Mi\"", "ISTIO_META_IDLE_TIMEOUT", "\"300s\"")
                .contains("sidecar-sizer.dev/bootstrap", "ISTIO_BOOTSTRAP_OVERRIDE");
        assertThat(JSON.readTree(response.at("/auditAnnotations/decision").asString()))
                .isEqualTo(
                        JSON.readTree(
                                """
                        {"decision":"Resize","reason":"WORKLOAD_PROFILE","before":{"request":"128Mi","limit":"1Gi"},
                         "after":{"request":"96Mi","limit":"192Mi"},"overload":"SET","idleTimeout":"SET",
                         "profile":"shop/deployment-reviews"}"""));
    }

    @Test
    void theAuditWebhookSaysWhatWouldHaveBeenAndPatchesNothing(WebhookProcess webhook) throws IOException {
        JsonNode response = JSON.readTree(
                        webhook.https().post("/audit", Client.example()).body())
                .path("response");

        assertThat(response.has("patch")).isFalse();
        assertThat(response.has("patchType")).isFalse();
        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("warnings").get(0).asString()).contains("192Mi");
    }

    static Stream<String[]> badSettings() {
        return Stream.of(
                new String[] {"", "sidecar-sizer.profiles.directory is not set", "name one"},
                new String[] {
                    "--sidecar-sizer.profiles.directory=/no/such/folder",
                    "sidecar-sizer.profiles.directory /no/such/folder",
                    "name a folder of YAML files"
                },
                new String[] {
                    "--sidecar-sizer.profiles.directory=pom.xml",
                    "sidecar-sizer.profiles.directory pom.xml",
                    "name a folder of YAML files"
                });
    }

    @ParameterizedTest
    @MethodSource("badSettings")
    void aBadSettingEndsTheStartWithItsNameAndTheRemedyAndNoStackTrace(String setting, String name, String remedy) {
        try (WebhookProcess webhook = WebhookProcess.start(Map.of(), "--spring.profiles.active=local", setting)) {
            assertThat(webhook.awaitExit(Duration.ofSeconds(60))).isNotZero();

            assertThat(webhook.log()).contains(name).contains(remedy).doesNotContain("\tat ");
            assertThat(webhook.log().lines()).hasSizeLessThan(30);
        }
    }
}
