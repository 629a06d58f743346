package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.BoundedStream;
import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Envelope;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import dev.sidecarsizer.collect.prometheus.AnswerReader.UnexpectedAnswer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import tools.jackson.core.JacksonException;

/**
 * Carries one query at a time to Prometheus and its answer back, whole or not at all: a server that is overloaded, away
 * or cut off is asked again; one that says no is not.
 *
 * <p>Redirects are not followed: they would carry the credentials to wherever the answer says.
 */
final class Transport {

    private static final int LONGEST_SECRET = 1 << 16;
    private static final int LONGEST_COMPLAINT = 1 << 14;
    private static final int LONGEST_SHOWN = 200;

    /** How Prometheus, Thanos and Mimir say that a query would take too much, in the text of a 400 or 422. */
    private static final Pattern TOO_MUCH =
            Pattern.compile("too many|exceed|\\bmax\\w*\\b.*\\blimit", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private final PrometheusSettings settings;
    private final RestClient client;
    private final Sleep sleep;

    /** Waits; a test may have no time for that. */
    interface Sleep {
        void sleep(Duration wait) throws InterruptedException;
    }

    Transport(PrometheusSettings settings, @Nullable SSLContext tls, Sleep sleep) {
        this.settings = settings;
        this.sleep = sleep;
        HttpClient.Builder http = HttpClient.newBuilder()
                // proxies stumble over the upgrade that HTTP/2 begins with where there is no TLS
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(settings.access().connectTimeout());
        if (tls != null) {
            http.sslContext(tls);
        }
        JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(http.build());
        // the whole exchange, the body's last byte included
        requests.setReadTimeout(settings.access().timeout());
        this.client = RestClient.builder().requestFactory(requests).build();
    }

    /**
     * Asks, and reads the answer.
     *
     * @param path of the API, such as {@code query_range}
     * @param fresh makes what takes the series; a new one for each attempt
     * @return what took all series of a whole answer
     * @throws TooMuch where a smaller question may be answered
     * @throws SourceFailed where it cannot be answered, now or ever
     */
    <S extends Series> S ask(String path, Map<String, String> parameters, Supplier<S> fresh) {
        MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
        parameters.forEach(form::add);
        form.add("timeout", settings.access().timeout().toMillis() + "ms");
        if (!settings.partialAnswers()) {
            // Thanos' own word; others pass it over
            form.add("partial_response", "false");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                S into = fresh.get();
                exchange(path, form, into);
                return into;
            } catch (Again again) {
                if (attempt >= settings.access().attempts()) {
                    throw new SourceFailed(
                            settings.place() + " " + again.getMessage() + "; asked " + attempt
                                    + " times, and will be asked again later",
                            false,
                            again);
                }
                await(again, attempt);
            }
        }
    }

    private void await(Again again, int attempt) {
        Duration wait = Patience.after(
                        attempt, again.wait, ThreadLocalRandom.current().nextDouble())
                .orElseThrow(() -> new SourceFailed(
                        settings.place() + " " + again.getMessage() + " and wants to be left alone for "
                                + again.wait.orElseThrow() + "; it will be asked again later",
                        false,
                        again));
        try {
            sleep.sleep(wait);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new SourceFailed("reading from " + settings.place() + " was ended", false, stop);
        }
    }

    private void exchange(String path, MultiValueMap<String, String> form, Series into) {
        URI target = URI.create(settings.url().toString().replaceFirst("/+$", "") + "/api/v1/" + path);
        long begun = System.nanoTime();
        try {
            client.post()
                    .uri(target)
                    .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                    .accept(MediaType.APPLICATION_JSON)
                    .headers(this::sign)
                    .body(form)
                    .exchange((request, response) -> {
                        // closed here, before the client drains what is left: there may be no end of it
                        try (InputStream body = response.getBody()) {
                            take(response, body, into);
                        }
                        return true;
                    });
        } catch (ResourceAccessException failed) {
            throw transportFault(failed, begun);
        } catch (JacksonException broken) {
            if (broken.getCause() instanceof IOException cut) {
                throw transportFault(cut, begun);
            }
            throw new Again("sent an answer that is no whole JSON (" + broken.getOriginalMessage() + ")", broken);
        }
    }

    private void take(ClientHttpResponse response, InputStream raw, Series into) throws IOException {
        int status = response.getStatusCode().value();
        HttpHeaders headers = response.getHeaders();
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
            throw new Again(
                    "warns that its answer may lack series: " + envelope.warnings() + "; see to its stores, or set "
                            + PrometheusSettings.PREFIX + "partial-answers=true to learn from what is there",
                    null);
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
        return lasting(told + remedy(status));
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

    private RuntimeException transportFault(Exception failed, long begun) {
        // a body that takes too long is closed under its reader, who does not learn why
        boolean late = System.nanoTime() - begun >= settings.access().timeout().toNanos();
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            late |= cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException);
            if (cause instanceof SSLException) {
                return lasting("is not trusted or speaks no TLS: " + cause.getMessage()
                        + "; give its CA, or correct the scheme in " + PrometheusSettings.PREFIX + "url");
            }
            if (cause instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                return new SourceFailed("reading from " + settings.place() + " was ended", false, failed);
            }
        }
        if (late) {
            return new TooMuch(settings.place() + " took longer than "
                    + settings.access().timeout() + " (" + PrometheusSettings.PREFIX + "access.timeout)");
        }
        Throwable cause =
                failed instanceof ResourceAccessException && failed.getCause() != null ? failed.getCause() : failed;
        return new Again("cannot be reached, or its answer was cut off: " + cause, failed);
    }

    private void sign(HttpHeaders headers) {
        headers.set(HttpHeaders.ACCEPT_ENCODING, "gzip");
        headers.set(HttpHeaders.USER_AGENT, "sidecar-sizer");
        settings.access().headers().forEach(headers::set);
        Path token = settings.access().tokenFile();
        if (token != null) {
            headers.setBearerAuth(secret("access.token-file", token));
        }
        String user = settings.access().user();
        Path password = settings.access().passwordFile();
        if (user != null && password != null) {
            headers.setBasicAuth(user, secret("access.password-file", password), StandardCharsets.UTF_8);
        }
    }

    private static String secret(String property, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(LONGEST_SECRET), StandardCharsets.UTF_8).strip();
            if (!text.isEmpty() && text.chars().noneMatch(Character::isISOControl)) {
                return text;
            }
            throw new SourceFailed(
                    PrometheusSettings.PREFIX + property + " " + file
                            + ": must hold one line, and is empty or has more",
                    false);
        } catch (IOException unreadable) {
            throw new SourceFailed(
                    PrometheusSettings.PREFIX + property + " " + file + ": cannot be read (" + unreadable
                            + "); mount the file, or name another",
                    false,
                    unreadable);
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

    /** An attempt that failed in a way that may pass. */
    private static final class Again extends RuntimeException {

        private final Optional<Duration> wait;

        Again(String message, @Nullable Throwable cause) {
            this(message, cause, Optional.empty());
        }

        Again(String message, @Nullable Throwable cause, Optional<Duration> wait) {
            super(message, cause);
            this.wait = wait;
        }
    }
}
