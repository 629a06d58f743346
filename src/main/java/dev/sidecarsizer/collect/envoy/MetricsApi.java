package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.collect.SourceFailed;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.ProxyContainer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lists what containers use from {@code metrics.k8s.io/v1beta1}, which metrics-server serves or an adapter. Read as a
 * stream: metrics-server knows no pages, and thirty thousand pods are 30 MB.
 *
 * @see <a href="https://kubernetes.io/docs/reference/external-api/metrics.v1beta1/">The metrics API</a>
 */
final class MetricsApi {

    private static final String PATH = "apis/metrics.k8s.io/v1beta1/";
    static final int PAGE = 500;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final KubernetesClient client;
    private final Duration patience;
    private final int page;

    /**
     * @param patience for one answer, to its last byte
     * @param page pods in an answer, where the server knows pages
     */
    MetricsApi(KubernetesClient client, Duration patience, int page) {
        this.client = client;
        this.patience = patience;
        this.page = page;
    }

    /**
     * Gives the samples of proxies.
     *
     * @param namespaces of which; empty for all
     * @throws SourceFailed where it cannot be read; what was given before stays given
     */
    void read(Collection<String> namespaces, Consumer<Sample> into) throws InterruptedException {
        List<String> paths = namespaces.isEmpty()
                ? List.of("pods")
                : namespaces.stream().map(one -> "namespaces/" + one + "/pods").toList();
        for (String path : paths) {
            for (@Nullable String more = ""; more != null; ) {
                more = page(PATH + path, more, into);
            }
        }
    }

    private @Nullable String page(String path, String more, Consumer<Sample> into) throws InterruptedException {
        String query = "?limit=" + page
                + (more.isEmpty() ? "" : "&continue=" + URLEncoder.encode(more, StandardCharsets.UTF_8));
        URI uri = URI.create(client.getMasterUrl() + path + query);
        try {
            return Deadline.within(patience, () -> ask(uri, into));
        } catch (IOException | JacksonException failed) {
            throw new SourceFailed("the metrics API cannot be read: " + line(failed), false, failed);
        }
    }

    /** The mark of the next page; empty text stands for none in the API, {@code null} here. */
    private @Nullable String ask(URI uri, Consumer<Sample> into) throws IOException, InterruptedException {
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(uri)
                .header("Accept", "application/json")
                .build();
        HttpResponse<InputStream> response;
        try {
            response =
                    client.getHttpClient().sendAsync(request, InputStream.class).get();
        } catch (ExecutionException | CompletionException failed) {
            throw new IOException(line(failed), failed);
        }
        try (InputStream body = response.body()) {
            refuse(response.code());
            return items(body, into);
        }
    }

    private static void refuse(int status) throws IOException {
        switch (status) {
            case 200 -> {
                // as it should be
            }
            case 404 ->
                throw new SourceFailed(
                        "metrics.k8s.io/v1beta1 is not served, so nobody tells what proxies use: install metrics-server,"
                                + " or set sidecar-sizer.collect.prometheus.url",
                        true);
            case 401, 403 ->
                throw new SourceFailed(
                        "pods of metrics.k8s.io may not be listed (status " + status
                                + "): grant list on them to our ServiceAccount, as the shipped ClusterRole does",
                        true);
            case 503 ->
                throw new SourceFailed(
                        "metrics.k8s.io/v1beta1 is registered but does not answer (status 503): see whether"
                                + " metrics-server runs, by kubectl get apiservice v1beta1.metrics.k8s.io",
                        false);
            default -> throw new IOException("status " + status);
        }
    }

    private static @Nullable String items(InputStream body, Consumer<Sample> into) {
        String more = null;
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new SourceFailed("the metrics API did not answer with a list", false);
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("items") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        JsonNode item = parser.readValueAsTree();
                        sample(item).ifPresent(into);
                    }
                } else if (name.equals("metadata") && value == JsonToken.START_OBJECT) {
                    JsonNode metadata = parser.readValueAsTree();
                    String mark = metadata.path("continue").asString("");
                    more = mark.isEmpty() ? null : mark;
                } else {
                    parser.skipChildren();
                }
            }
        }
        return more;
    }

    /** Of a pod with a proxy; empty too where a number or a time cannot be read. */
    private static Optional<Sample> sample(JsonNode item) {
        PodName pod = new PodName(
                item.at("/metadata/namespace").asString(""),
                item.at("/metadata/name").asString(""));
        return item.path("containers")
                .valueStream()
                .filter(container ->
                        ProxyContainer.NAME.equals(container.path("name").asString("")))
                .findFirst()
                .flatMap(container -> {
                    try {
                        Instant at = Instant.parse(item.path("timestamp").asString(""));
                        Bytes memory = Bytes.parse(container.at("/usage/memory").asString(""));
                        return Optional.of(new Sample(pod, at, memory));
                    } catch (DateTimeParseException | IllegalArgumentException unreadable) {
                        return Optional.empty();
                    }
                });
    }

    private static String line(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage()).replaceAll("\\p{Cntrl}", " ");
    }
}
