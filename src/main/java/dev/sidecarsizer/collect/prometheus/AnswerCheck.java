package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.BoundedStream;
import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Envelope;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import dev.sidecarsizer.collect.prometheus.AnswerReader.UnexpectedAnswer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;

/** Takes an answer that is one, and says of any other what it means: ask again, ask for less, or mend a setting. */
final class AnswerCheck {

    private static final int LONGEST_COMPLAINT = 1 << 14;
    private static final int LONGEST_SHOWN = 200;

    /** How Prometheus, Thanos and Mimir say that a query would take too much, in the text of a 400 or 422. */
    private static final Pattern TOO_MUCH =
            Pattern.compile("too many|exceed|\\bmax\\w*\\b.*\\blimit", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    /** How PromQL's engine says in a 422 that a store behind it failed: Thanos, where none may be left out. */
    private static final String STORE_FAILED = "expanding series";

    private final PrometheusSettings settings;

    AnswerCheck(PrometheusSettings settings) {
        this.settings = settings;
    }

    /**
     * Takes the answer.
     *
     * @param raw its body, as it was sent
     * @throws Again where it may be another the next time
     * @throws TooMuch where a smaller question may be answered
     * @throws SourceFailed where it will not be answered until somebody changes a setting
     */
    void take(int status, HttpHeaders headers, InputStream raw, Series into) throws IOException {
        if (status >= 300 && status < 400) {
            throw lasting("redirects to " + shown(headers.getFirst(HttpHeaders.LOCATION)) + "; set "
                    + PrometheusSettings.PREFIX + "url to where it really is, or sign in with "
                    + PrometheusSettings.PREFIX + "access");
        }
        InputStream body =
                new BoundedStream(unpacked(headers, raw), settings.access().largestAnswer(), message -> {
                    throw new TooMuch(message);
                });
        if (status != 200) {
            throw refusal(status, headers, body);
        }
        MediaType type = headers.getContentType();
        if (type == null || !type.getSubtype().contains("json")) {
            throw lasting("answered " + type + " where JSON was asked for: \"" + beginning(body)
                    + "\"; is this its address, path prefix included? See " + PrometheusSettings.PREFIX + "url");
        }
        try {
            judge(AnswerReader.read(body, into));
        } catch (UnexpectedAnswer other) {
            throw lasting("sent what is no answer of Prometheus' API: " + other.getMessage() + "; see "
                    + PrometheusSettings.PREFIX + "url");
        }
    }

    private void judge(Envelope envelope) {
        if (!envelope.status().equals("success")) {
            throw lasting("answered with status \"" + envelope.status() + "\": " + envelope.error());
        }
        if (!envelope.warnings().isEmpty() && !settings.partialAnswers()) {
            throw new Again("warns that its answer may lack series: " + envelope.warnings() + seeToStores(), null);
        }
    }

    private RuntimeException refusal(int status, HttpHeaders headers, InputStream body) {
        Envelope said = complaint(body);
        String told = "answered " + status + (said.error().isEmpty() ? "" : ": " + said.error());
        boolean tooMuch = status == 413
                || status == 504
                || said.errorType().equals("timeout")
                || ((status == 400 || status == 422)
                        && TOO_MUCH.matcher(said.error()).find());
        if (tooMuch) {
            return new TooMuch(settings.place() + " " + told);
        }
        if (status == 429 || status >= 500) {
            Optional<Duration> wait = Optional.ofNullable(headers.getFirst(HttpHeaders.RETRY_AFTER))
                    .flatMap(text -> Patience.retryAfter(text, Instant.now()));
            return new Again(told, null, wait);
        }
        if (said.error().contains(STORE_FAILED)) {
            return new Again(told + seeToStores(), null);
        }
        return lasting(told + remedy(status));
    }

    private static String seeToStores() {
        return "; see to its stores, or set " + PrometheusSettings.PREFIX
                + "partial-answers=true to learn from what is there";
    }

    private static String remedy(int status) {
        return switch (status) {
            case 400, 422 ->
                "; see " + PrometheusSettings.PREFIX + "queries and " + PrometheusSettings.PREFIX + "matchers";
            case 401, 403 ->
                "; set " + PrometheusSettings.PREFIX
                        + "access.token-file, or access.user and access.password-file, or the tenant in access.headers";
            default -> "; is " + PrometheusSettings.PREFIX + "url right, path prefix included?";
        };
    }

    /** What an error's body says: Prometheus' own words, or the beginning of whatever it is. */
    private static Envelope complaint(InputStream body) {
        String text = "";
        try {
            text = new String(body.readNBytes(LONGEST_COMPLAINT), StandardCharsets.UTF_8);
            return AnswerReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), (l, p) -> {});
        } catch (IOException | JacksonException | UnexpectedAnswer other) {
            return new Envelope("", "", shown(text), List.of());
        }
    }

    private static InputStream unpacked(HttpHeaders headers, InputStream raw) throws IOException {
        return "gzip".equalsIgnoreCase(headers.getFirst(HttpHeaders.CONTENT_ENCODING)) ? new GZIPInputStream(raw) : raw;
    }

    private static String beginning(InputStream body) throws IOException {
        return shown(new String(body.readNBytes(LONGEST_SHOWN), StandardCharsets.UTF_8));
    }

    /** A stranger's text for a message of one line. */
    private static String shown(@Nullable String text) {
        String line = String.valueOf(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "…" : line;
    }

    private SourceFailed lasting(String what) {
        return new SourceFailed(settings.place() + " " + what, true);
    }
}
