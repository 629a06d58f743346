package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.sidecarsizer.Waits;
import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.prometheus.PrometheusSettings.Access;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.history.PodWindow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Four windows are read, two at a time, and the server fails at the second two: the first are given once, of the second
 * nothing, the message says what to do, and afterwards the rest is read as if nothing had been.
 */
@Timeout(60)
class PrometheusFaultsTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant BEGIN = Instant.parse("2026-11-20T00:00:00Z");
    private static final Instant NOW = BEGIN.plus(HOUR.multipliedBy(4)).plus(Duration.ofMinutes(2));
    private static final List<Instant> ENDS = List.of(
            BEGIN.plus(HOUR),
            BEGIN.plus(HOUR.multipliedBy(2)),
            BEGIN.plus(HOUR.multipliedBy(3)),
            BEGIN.plus(HOUR.multipliedBy(4)));
    private static final int ALWAYS = Integer.MAX_VALUE;
    private static final Access HASTY =
            new Access(Duration.ofSeconds(5), Duration.ofSeconds(2), 3, Bytes.mebi(1), Map.of(), null, null, null);

    private final Dropped dropped = new Dropped();
    private final List<Duration> slept = new ArrayList<>();
    private final Taken taken = new Taken();
    private FakePrometheus server;

    @BeforeEach
    void start() throws IOException {
        server = new FakePrometheus();
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void allIsReadWhereNothingFails() {
        usage(HASTY).read(BEGIN, NOW, taken);

        assertAllTakenOnce();
        assertThat(server.asked)
                .extracting(form -> form.getOrDefault("query", ""))
                .contains("max by (namespace, pod) (max_over_time(container_memory_working_set_bytes"
                        + "{container=\"istio-proxy\",}[3599999ms]))");
    }

    @Test
    void aRangeWithoutItsBeginningIsAskedForWhole() {
        server.trouble(
                "vector(1)",
                0,
                ALWAYS,
                (exchange, form) -> FakePrometheus.json(
                        exchange,
                        200,
                        FakePrometheus.success(
                                "{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"1\"]}]}")));
        usage(HASTY).read(BEGIN, NOW, taken);

        assertThat(server.asked)
                .extracting(form -> form.getOrDefault("query", ""))
                .contains("max by (namespace, pod) (max_over_time(container_memory_working_set_bytes"
                        + "{container=\"istio-proxy\",}[3600000ms]))");
    }

    @ParameterizedTest
    @CsvSource({
        "max_over_time, NaN, NOT_A_NUMBER",
        "max_over_time, +Inf, INFINITE",
        "max_over_time, -1, NEGATIVE",
        "max_over_time, 1.2e12, ABSURD",
        "count_over_time(container, 0, INCOMPLETE",
        "count_over_time(container, NaN, INCOMPLETE"
    })
    void numbersThatCannotBeAreLeftOutAndCounted(String query, String value, Unusable reason) {
        server.trouble(
                query,
                1,
                1,
                (exchange, form) -> FakePrometheus.json(exchange, 200, FakePrometheus.ordinary(form, value)));
        PrometheusUsage usage = usage(HASTY);
        usage.read(BEGIN, NOW, taken);

        assertThat(taken.ends).isEqualTo(ENDS);
        assertThat(taken.windows()).extracting(PodWindow::end).containsExactlyElementsOf(ENDS.subList(0, 3));
        assertThat(dropped.count(reason)).isOne();
    }

    @ParameterizedTest
    @CsvSource({"NaN, NOT_A_NUMBER", "-Inf, INFINITE", "-300, NEGATIVE"})
    void aMeanThatCannotBeTakesNoPeakWithIt(String sum, Unusable reason) {
        server.trouble(
                "sum_over_time",
                1,
                1,
                (exchange, form) -> FakePrometheus.json(exchange, 200, FakePrometheus.ordinary(form, sum)));
        usage(HASTY).read(BEGIN, NOW, taken);

        assertThat(taken.windows()).extracting(PodWindow::end).containsExactlyElementsOf(ENDS);
        assertThat(taken.windows().getLast().peak()).isEqualTo(new Bytes(100));
        assertThat(taken.windows().getLast().mean()).isEqualTo(new Bytes(100));
        assertThat(dropped.count(reason)).isOne();
    }

    @Test
    void aWindowWithoutSamplesIsGivenEmpty() {
        server.trouble(
                "pod) (",
                3,
                3,
                (exchange, form) -> FakePrometheus.json(
                        exchange, 200, FakePrometheus.success("{\"resultType\":\"matrix\",\"result\":[]}")));
        usage(HASTY).read(BEGIN, NOW, taken);

        assertThat(taken.ends).isEqualTo(ENDS);
        assertThat(taken.windows()).hasSize(2);
    }

    @Test
    void whoIsTurnedAwayComesBackWhenTold() {
        server.trouble("max_over_time", 1, 1, (exchange, form) -> {
            exchange.getResponseHeaders().set("Retry-After", "7");
            FakePrometheus.json(exchange, 429, "{}");
        });
        usage(HASTY).read(BEGIN, NOW, taken);

        assertAllTakenOnce();
        assertThat(slept).singleElement().satisfies(wait -> assertThat(wait)
                .isBetween(Duration.ofSeconds(7), Duration.ofMillis(7500)));
    }

    @Test
    void whoIsToldToStayAwayForLongGivesUpForNow() {
        failsOnce(false, "answered 429: later", (exchange, form) -> {
                    exchange.getResponseHeaders().set("Retry-After", "3600");
                    FakePrometheus.json(exchange, 429, "{\"status\":\"error\",\"error\":\"later\"}");
                })
                .contains("PT1H");
        assertThat(slept).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503})
    void anOverloadedServerIsAskedSoManyTimes(int status) {
        failsOnce(
                        false,
                        "answered " + status + ": upstream sighs",
                        (exchange, form) -> FakePrometheus.answer(
                                exchange, status, "text/plain", "upstream sighs".getBytes(StandardCharsets.UTF_8)))
                .contains("asked 3 times");
        assertThat(slept).hasSize(2);
    }

    @Test
    void aServerThatRecoversIsNotNoticed() {
        server.trouble("sum_over_time", 1, 2, (exchange, form) -> FakePrometheus.json(exchange, 503, "{}"));
        usage(HASTY).read(BEGIN, NOW, taken);

        assertAllTakenOnce();
        assertThat(slept).hasSize(2);
    }

    @Waits
    void anAnswerThatDoesNotBeginInTimeIsCut() {
        failsOnce(false, "took longer than PT2S", (exchange, form) -> pause(4000))
                .contains("sidecar-sizer.collect.prometheus.access.timeout");
    }

    @Waits
    void anAnswerThatDoesNotEndInTimeIsCut() {
        failsOnce(false, "took longer than PT2S", (exchange, form) -> drip(exchange, " ", 50));
    }

    @Test
    void anAnswerWithoutAnEndIsCut() {
        failsOnce(false, "an answer of more than 1Mi", (exchange, form) -> drip(exchange, " ".repeat(1 << 16), 0))
                .contains("access.largest-answer");
    }

    @Test
    void aPackedAnswerIsMeasuredUnpacked() {
        failsOnce(false, "an answer of more than 1Mi", (exchange, form) -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            FakePrometheus.answer(exchange, 200, "application/json", packed(" ".repeat(2 << 20)));
        });
    }

    @Test
    void aPackedAnswerIsRead() {
        server.trouble("_over_time", 0, ALWAYS, (exchange, form) -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            FakePrometheus.answer(exchange, 200, "application/json", packed(FakePrometheus.ordinary(form)));
        });
        usage(HASTY).read(BEGIN, NOW, taken);

        assertAllTakenOnce();
    }

    @Test
    void anAnswerThatIsCutOffGivesNothing() {
        failsOnce(false, "no whole JSON", (exchange, form) -> {
            String whole = FakePrometheus.ordinary(form);
            FakePrometheus.json(exchange, 200, whole.substring(0, whole.length() - 1));
        });
    }

    @Test
    void aConnectionThatBreaksGivesNothing() {
        failsOnce(false, "its answer was cut off", (exchange, form) -> {
            byte[] whole = FakePrometheus.ordinary(form).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, whole.length);
            exchange.getResponseBody().write(whole, 0, whole.length - 10);
        });
    }

    @Test
    void aPageIsNoAnswer() {
        failsOnce(
                        true,
                        "answered text/html where JSON was asked for: \"<html> sign in",
                        (exchange, form) -> FakePrometheus.answer(
                                exchange, 200, "text/html", "<html>\n sign in".getBytes(StandardCharsets.UTF_8)))
                .contains("sidecar-sizer.collect.prometheus.url");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{\"status\":\"error\",\"errorType\":\"internal\",\"error\":\"no\"}",
                "{\"status\":\"success\",\"data\":{\"result\":[7]}}",
                "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{},\"values\":[[1,2]]}]}}",
                "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{\"a\":{}},\"values\":[]}]}}",
                "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{},\"values\":[[1,\"x\"]]}]}}",
                "{\"status\":\"success\"} {}"
            })
    void otherJsonIsNoAnswer(String other) {
        failsOnce(true, "", (exchange, form) -> FakePrometheus.json(exchange, 200, other));
    }

    @Test
    void timesThatAProxyMovedAreNoticed() {
        failsOnce(
                true,
                "which is no end of a window of PT1H",
                (exchange, form) -> FakePrometheus.json(
                        exchange,
                        200,
                        FakePrometheus.success("{\"result\":[{\"metric\":{\"namespace\":\"shop\",\"pod\":\"a\"},"
                                + "\"values\":[[1800000001,\"1\"]]}]}")));
    }

    @Test
    void aRedirectIsNamedAndNotFollowed() throws IOException {
        try (FakePrometheus elsewhere = new FakePrometheus()) {
            failsOnce(true, "redirects to " + elsewhere.url(), (exchange, form) -> {
                exchange.getResponseHeaders().set("Location", elsewhere.url().toString());
                exchange.sendResponseHeaders(302, -1);
            });
            assertThat(elsewhere.asked).isEmpty();
        }
    }

    @Test
    void aTokenIsReadAnewForEachQuery(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "old\n");
        Access access = access(Map.of("X-Scope-OrgID", "tenant"), file, null, null);
        server.trouble("", 0, 1, (exchange, form) -> FakePrometheus.json(exchange, 401, "{}"));
        PrometheusUsage usage = usage(access);

        assertThatThrownBy(() -> usage.read(BEGIN, NOW, taken))
                .isInstanceOfSatisfying(SourceFailed.class, failed -> assertThat(failed.lasting())
                        .isTrue())
                .hasMessageContaining("answered 401")
                .hasMessageContaining("access.token-file");
        Files.writeString(file, "new\n");
        usage.read(BEGIN, NOW, taken);

        assertAllTakenOnce();
        assertThat(server.headers.getFirst()).containsEntry("Authorization", List.of("Bearer old"));
        assertThat(server.headers.getLast())
                .containsEntry("Authorization", List.of("Bearer new"))
                .containsEntry("X-scope-orgid", List.of("tenant"));
    }

    @Test
    void aTokenFileThatIsNoneIsNamed(@TempDir Path folder) {
        PrometheusUsage usage = usage(access(Map.of(), folder.resolve("absent"), null, null));

        assertThatThrownBy(() -> usage.read(BEGIN, NOW, taken))
                .isInstanceOf(SourceFailed.class)
                .hasMessageContaining("access.token-file " + folder.resolve("absent") + ": cannot be read");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aUserSignsInWithAPassword(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "geheim\n");
        usage(access(Map.of(), null, "scraper", file)).read(BEGIN, NOW, taken);

        assertAllTakenOnce();
        assertThat(server.headers.getLast()).containsEntry("Authorization", List.of("Basic c2NyYXBlcjpnZWhlaW0="));
    }

    @Test
    void anAnswerThatMayLackSeriesWillNotDo() {
        failsOnce(
                        false,
                        "may lack series: [no store in zone b]",
                        (exchange, form) -> FakePrometheus.json(exchange, 200, warned(form, "no store in zone b")))
                .contains("partial-answers=true");
    }

    /** In the words of Thanos 0.42. */
    @Test
    void aStoreThatIsGoneMayComeBack() {
        failsOnce(
                        false,
                        "connection refused",
                        (exchange, form) -> FakePrometheus.json(
                                exchange,
                                422,
                                "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"expanding series: proxy"
                                        + " Series(): fetch series for Store Gateway Addr: 127.0.0.1:1: rpc error: code ="
                                        + " Unavailable desc = connection error: desc = \\\"transport: Error while"
                                        + " dialing: dial tcp 127.0.0.1:1: connect: connection refused\\\"\"}"))
                .contains("asked 3 times")
                .contains("partial-answers=true");
    }

    @Test
    void anAnswerThatMayLackSeriesWillDoWhereThatIsAllowed() {
        server.trouble(
                "_over_time",
                0,
                ALWAYS,
                (exchange, form) -> FakePrometheus.json(exchange, 200, warned(form, "no store in zone b")));
        new PrometheusUsage(settings(HASTY, true), null, dropped, slept::add).read(BEGIN, NOW, taken);

        assertAllTakenOnce();
    }

    @Test
    void hintsOnTheQueryAreNoWarnings() {
        server.trouble(
                "_over_time",
                0,
                ALWAYS,
                (exchange, form) ->
                        FakePrometheus.json(exchange, 200, warned(form, "PromQL info: metric might not be a counter")));
        usage(HASTY).read(BEGIN, NOW, taken);

        assertAllTakenOnce();
    }

    @Test
    void aQuestionThatIsTooLargeIsAskedInParts() {
        server.trouble("sum_over_time", 0, 1, (exchange, form) -> tooManySamples(exchange));
        usage(HASTY).read(BEGIN, NOW, taken);

        assertAllTakenOnce();
        assertThat(server.asked.stream()
                        .filter(form -> form.containsKey("step"))
                        .skip(2)
                        .allMatch(form -> Objects.equals(form.get("start"), form.get("end"))))
                .isTrue();
    }

    @Test
    void aQuestionThatIsAlwaysTooLargeIsGivenUp() {
        failsOnce(
                        false,
                        "query processing would load too many samples into memory",
                        (exchange, form) -> tooManySamples(exchange))
                .contains("no more than a window of one namespace");
    }

    @Test
    void killsOfALongTimeAreAskedForInPartsWhereThatIsTooMuch() {
        Instant after = NOW.minus(Duration.ofDays(1));
        server.trouble("restarts_total", 0, 2, (exchange, form) -> tooManySamples(exchange));

        assertThat(usage(HASTY).kills(after, NOW)).isEmpty();

        List<Map<String, String>> answered = server.asked.stream()
                .filter(form -> form.getOrDefault("query", "").contains("restarts_total"))
                .skip(2)
                .toList();
        assertThat(answered).hasSizeGreaterThan(4);
        assertThat(instant(answered.getFirst().get("start")).minus(Duration.ofHours(-1)))
                .as("an hour of it is known")
                .isEqualTo(after);
        assertThat(instant(answered.getLast().get("end"))).isEqualTo(NOW);
    }

    @Test
    void killsThatAreAlwaysTooMuchAreGivenUp() {
        server.trouble("restarts_total", 0, 1000, (exchange, form) -> tooManySamples(exchange));

        assertThatThrownBy(() -> usage(HASTY).kills(NOW.minus(Duration.ofDays(1)), NOW))
                .isInstanceOf(SourceFailed.class)
                .hasMessageContaining("no more than OOM kills");
    }

    private static Instant instant(@Nullable String seconds) {
        return Instant.ofEpochMilli(Math.round(Double.parseDouble(Objects.requireNonNull(seconds)) * 1000));
    }

    @Test
    void aQueryThatIsNoneIsToldInPrometheusOwnWords() {
        failsOnce(
                        true,
                        "answered 400: parse error: unexpected }",
                        (exchange, form) -> FakePrometheus.json(
                                exchange,
                                400,
                                "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error: unexpected }\"}"))
                .contains("sidecar-sizer.collect.prometheus.queries");
    }

    @Test
    void aWrongPathIsToldFromAWrongQuery() {
        PrometheusSettings wrong =
                PrometheusSettings.of(URI.create(server.url().toString().replace("prefix", "other")));
        PrometheusUsage usage = new PrometheusUsage(wrong, null, dropped, slept::add);

        assertThatThrownBy(() -> usage.read(BEGIN, NOW, taken))
                .isInstanceOfSatisfying(SourceFailed.class, failed -> assertThat(failed.lasting())
                        .isTrue())
                .hasMessageContaining(
                        "answered 404: 404 page not found; is sidecar-sizer.collect.prometheus.url right");
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        PrometheusUsage usage = usage(HASTY);
        server.close();

        assertThatThrownBy(() -> usage.read(BEGIN, NOW, taken))
                .isInstanceOfSatisfying(SourceFailed.class, failed -> assertThat(failed.lasting())
                        .isFalse())
                .hasMessageContaining("Prometheus at " + server.url() + " cannot be reached");
    }

    @Test
    void factsThatCannotBeAreNotToldAndMemoryThatCannotBeLeavesThePodOut() {
        server.trouble(
                "working_set_bytes",
                1,
                1,
                (exchange, form) -> FakePrometheus.json(exchange, 200, FakePrometheus.ordinary(form, "NaN")));
        PrometheusUsage usage = usage(HASTY);

        assertThat(usage.now(NOW)).isEmpty();
        assertThat(dropped.count(Unusable.NOT_A_NUMBER)).isOne();
        assertThat(usage.now(NOW)).containsOnlyKeys(Taken.pod("a"));
    }

    /** The server fails from the third window on; afterwards it is well again, and the rest is read. */
    private org.assertj.core.api.AbstractStringAssert<?> failsOnce(
            boolean lasting, String message, FakePrometheus.Handler handler) {
        // one chunk asks for three numbers
        server.trouble("pod) (", 3, ALWAYS, handler);
        PrometheusUsage usage = usage(HASTY);
        List<String> said = new ArrayList<>();

        assertThatThrownBy(() -> usage.read(BEGIN, NOW, taken))
                .isInstanceOfSatisfying(SourceFailed.class, failed -> {
                    assertThat(failed.lasting()).as(failed.getMessage()).isEqualTo(lasting);
                    said.add(failed.getMessage());
                })
                .hasMessageContaining("Prometheus")
                .hasMessageContaining(message);
        assertThat(taken.ends).isEqualTo(ENDS.subList(0, 2));

        server.peace();
        usage.read(taken.ends.getLast(), NOW, taken);
        assertAllTakenOnce();
        return assertThat(said.getFirst());
    }

    private void assertAllTakenOnce() {
        assertThat(taken.ends).isEqualTo(ENDS);
        assertThat(taken.windows())
                .containsExactlyElementsOf(ENDS.stream()
                        .map(end -> new PodWindow(Taken.pod("a"), end, HOUR, new Bytes(100), new Bytes(100), 3))
                        .toList());
    }

    private PrometheusUsage usage(Access access) {
        return new PrometheusUsage(settings(access, false), null, dropped, slept::add);
    }

    private PrometheusSettings settings(Access access, boolean partial) {
        PrometheusSettings defaults = PrometheusSettings.of(server.url());
        return new PrometheusSettings(
                defaults.url(),
                HOUR,
                defaults.delay(),
                defaults.history(),
                2,
                defaults.seriesAtOnce(),
                defaults.queriesAtOnce(),
                "",
                defaults.clusterLabels(),
                partial,
                access,
                defaults.queries());
    }

    private static Access access(
            Map<String, String> headers, @Nullable Path token, @Nullable String user, @Nullable Path password) {
        return new Access(
                HASTY.connectTimeout(),
                HASTY.timeout(),
                HASTY.attempts(),
                HASTY.largestAnswer(),
                headers,
                token,
                user,
                password);
    }

    private static String warned(Map<String, String> form, String warning) {
        return FakePrometheus.ordinary(form).replaceFirst("}$", ",\"warnings\":[\"" + warning + "\"]}");
    }

    private static void tooManySamples(HttpExchange exchange) throws IOException {
        FakePrometheus.json(
                exchange,
                422,
                "{\"status\":\"error\",\"errorType\":\"execution\","
                        + "\"error\":\"query processing would load too many samples into memory in query execution\"}");
    }

    private static void drip(HttpExchange exchange, String text, int millis) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        byte[] drop = text.getBytes(StandardCharsets.UTF_8);
        for (OutputStream out = exchange.getResponseBody(); ; out.flush()) {
            out.write(drop);
            pause(millis);
        }
    }

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
