package dev.sidecarsizer.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sidecarsizer.admission.Reviews.BadReview;
import dev.sidecarsizer.mesh.Mode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReviewsTest {

    private static final String REVIEW =
            """
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","object":%s}}""";

    private static final Duration SOON = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "nul",
                "null",
                "7",
                "\"text\"",
                "[]",
                "{}",
                "{'a': 1}",
                "a: yaml",
                "\u0000",
                "<xml/>",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":null}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":[]}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{}}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"\"}}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":{}}}",
                "{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"u\"}}",
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"Pod\",\"request\":{\"uid\":\"u\"}}",
                "{\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"u\"}}",
                "{\"apiVersion\":7,\"kind\":[],\"request\":{\"uid\":\"u\"}}"
            })
    void refusesWhatIsNoReview(String body) {
        refuses(body);
    }

    @Test
    void refusesAReviewWithMoreBehindIt() {
        refuses(REVIEW.formatted("{}") + "{}");
    }

    @Test
    void refusesATruncatedReviewWhereverItEnds() {
        String whole = REVIEW.formatted("{\"metadata\":{\"name\":\"ümläut\"},\"spec\":{}}");
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        assertThat(Reviews.read(bytes).uid()).isEqualTo("u-1");
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(BadReview.class).isThrownBy(() -> Reviews.read(cut));
        }
    }

    @Test
    void refusesBytesThatAreNoText() {
        byte[] bytes = REVIEW.formatted("\"?\"").getBytes(StandardCharsets.UTF_8);
        for (int wrong : List.of(0xFF, 0xC0, 0xED)) {
            byte[] broken = bytes.clone();
            broken[new String(bytes, StandardCharsets.UTF_8).indexOf('?')] = (byte) wrong;
            assertThatExceptionOfType(BadReview.class).isThrownBy(() -> Reviews.read(broken));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
    void refusesADeepReviewInBoundedTime(String level) {
        assertTimeoutPreemptively(SOON, () -> {
            refuses(level.repeat(100_000));
            refuses(REVIEW.formatted(level.repeat(100_000)));
            refuses(REVIEW.formatted("[".repeat(100_000) + "]".repeat(100_000)));
        });
    }

    @Test
    void readsWhatIsAsDeepAsAPodCanBe() {
        assertThat(Reviews.read(bytes(REVIEW.formatted("[".repeat(90) + "]".repeat(90))))
                        .uid())
                .isEqualTo("u-1");
    }

    @Test
    void refusesANumberLongerThanAnyThatIsMeant() {
        assertThat(Reviews.read(bytes(REVIEW.formatted("9".repeat(100)))).uid()).isEqualTo("u-1");
        refuses(REVIEW.formatted("9".repeat(101)));
        assertTimeoutPreemptively(SOON, () -> refuses(REVIEW.formatted("9".repeat(5_000_000))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e999999999", "1e-999999999", "123456789012345678901234567890.5e99"})
    void doesNotWorkOutAnAbsurdNumber(String number) {
        assertTimeoutPreemptively(SOON, () -> {
            Review review = Reviews.read(bytes(REVIEW.formatted("{\"spec\":" + number + "}")));
            assertThat(Reviews.write(review, verdict())).isNotEmpty();
        });
    }

    /** Half a surrogate pair has no bytes in UTF-8, but an escape in JSON. */
    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "a\\udc00b", "\\ud83e\\udd80", "\\u0000"})
    void echoesWhateverIsInAUid(String uid) {
        Review review = Reviews.read(bytes(REVIEW.replace("u-1", uid).formatted("{}")));
        assertThat(answer(review, verdict()).at("/response/uid").asString()).isEqualTo(review.uid());
    }

    @Test
    void doesNotQuoteTheBodyInItsRefusal() {
        for (String secret : List.of("{\"password\": hunter2", "{\"kind\":\"hunter2\"}", "hunter2")) {
            assertThatExceptionOfType(BadReview.class)
                    .isThrownBy(() -> Reviews.read(bytes(secret)))
                    .satisfies(bad -> assertThat(bad.getMessage()).doesNotContain("hunter2"));
        }
    }

    @Test
    void writesPatchAndItsTypeTogetherOrNotAtAll() {
        Review review = Reviews.read(bytes(REVIEW.formatted("{}")));
        JsonNode plain = answer(review, verdict());
        assertThat(plain.toString())
                .isEqualTo("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\","
                        + "\"response\":{\"uid\":\"u-1\",\"allowed\":true}}");
        Verdict patched = new Verdict(
                Mode.ENFORCE,
                "Resize",
                "OWNER",
                JsonMapper.shared().createArrayNode().add("op"),
                List.of(),
                "{\"decision\":\"Resize\"}");
        assertThat(answer(review, patched).path("response").toString())
                .isEqualTo("{\"uid\":\"u-1\",\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"WyJvcCJd\","
                        + "\"auditAnnotations\":{\"decision\":\"{\\\"decision\\\":\\\"Resize\\\"}\"}}");
    }

    @Test
    void writesWarningsThatAHeaderCanCarry() {
        Review review = Reviews.read(bytes(REVIEW.formatted("{}")));
        JsonNode warnings = answer(
                        review,
                        verdict("line\r\nnext\u0000\u009f", "half \ud800 pair", "x".repeat(120), "🦀".repeat(121)))
                .at("/response/warnings");
        assertThat(warnings.get(0).asString()).isEqualTo("line  next  ");
        assertThat(warnings.get(1).asString()).isEqualTo("half   pair");
        assertThat(warnings.get(2).asString()).isEqualTo("x".repeat(120));
        assertThat(warnings.get(3).asString()).isEqualTo("🦀".repeat(120));
        assertThat(warnings.get(4).asString()).isEqualTo("🦀");
    }

    @Test
    void breaksALongWarningAtSpacesAndKeepsItsEnd() {
        JsonNode warnings = answer(Reviews.read(bytes(REVIEW.formatted("{}"))), verdict("word ".repeat(48) + "remedy"))
                .at("/response/warnings");
        assertThat(warnings.valueStream().map(JsonNode::asString))
                .containsExactly("word ".repeat(24).strip(), "word ".repeat(24).strip(), "remedy");
    }

    @Test
    void cutsAWarningWithoutEnd() {
        JsonNode warnings = answer(Reviews.read(bytes(REVIEW.formatted("{}"))), verdict("word ".repeat(1000)))
                .at("/response/warnings");
        assertThat(warnings).hasSize(4);
        assertThat(warnings.get(3).asString()).hasSize(120).endsWith("…");
    }

    private static void refuses(String body) {
        assertThatExceptionOfType(BadReview.class)
                .isThrownBy(() -> Reviews.read(bytes(body)))
                .satisfies(bad -> assertThat(bad.status()).isEqualTo(HttpStatus.BAD_REQUEST));
    }

    private static Verdict verdict(String... warnings) {
        return new Verdict(Mode.ENFORCE, "Keep", "NO_PROXY", Judgement.NO_PATCH, List.of(warnings), "");
    }

    private static JsonNode answer(Review review, Verdict verdict) {
        return JsonMapper.shared().readTree(Reviews.write(review, verdict));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
