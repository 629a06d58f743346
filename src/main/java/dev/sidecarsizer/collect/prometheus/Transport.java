package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.collect.prometheus.AnswerReader.Series;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
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

    private final PrometheusSettings settings;
    private final RestClient client;
    private final Credentials credentials;
    private final AnswerCheck check;
    private final NoAnswer noAnswer;
    private final Sleep sleep;

    /** Waits; a test may have no time for that. */
    interface Sleep {
        void sleep(Duration wait) throws InterruptedException;
    }

    Transport(PrometheusSettings settings, @Nullable SSLContext tls, Sleep sleep) {
        this.settings = settings;
        this.sleep = sleep;
        credentials = new Credentials(settings.access());
        check = new AnswerCheck(settings);
        noAnswer = new NoAnswer(settings);
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
                    .headers(headers -> {
                        headers.set(HttpHeaders.ACCEPT_ENCODING, "gzip");
                        headers.set(HttpHeaders.USER_AGENT, "sidecar-sizer");
                        credentials.sign(headers);
                    })
                    .body(form)
                    .exchange((request, response) -> {
                        // closed here, before the client drains what is left: there may be no end of it
                        try (InputStream body = response.getBody()) {
                            check.take(response.getStatusCode().value(), response.getHeaders(), body, into);
                        }
                        return true;
                    });
        } catch (ResourceAccessException failed) {
            throw noAnswer.because(failed, begun);
        } catch (JacksonException broken) {
            if (broken.getCause() instanceof IOException cut) {
                throw noAnswer.because(cut, begun);
            }
            throw new Again("sent an answer that is no whole JSON (" + broken.getOriginalMessage() + ")", broken);
        }
    }
}
