package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.ControlPlane;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Creates pods as JSON goes over the wire: no typed class drops a field, the header {@code Warning} can be seen, and
 * nothing is tried twice.
 */
final class PodClient implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final KubernetesClient client;

    PodClient(ControlPlane plane) {
        Config config = new ConfigBuilder(plane.admin().getConfiguration())
                .withRequestRetryBackoffLimit(0)
                // a connection of HTTP/2 carries 250 calls at a time, and some tests want more
                .withHttp2Disable(true)
                .build();
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    PodCreation create(String namespace, JsonNode pod) {
        return post("/api/v1/namespaces/" + namespace + "/pods", pod);
    }

    /** Asks what would become of it. */
    PodCreation dryRun(String namespace, JsonNode pod) {
        return post("/api/v1/namespaces/" + namespace + "/pods?dryRun=All", pod);
    }

    @Override
    public void close() {
        client.close();
    }

    private PodCreation post(String path, JsonNode pod) {
        HttpClient http = client.getHttpClient();
        String server = client.getConfiguration().getMasterUrl().replaceAll("/$", "");
        long start = System.nanoTime();
        try {
            HttpResponse<byte[]> answer = http.sendAsync(
                            http.newHttpRequestBuilder()
                                    .uri(server + path)
                                    .post("application/json", pod.toString())
                                    .build(),
                            byte[].class)
                    .get();
            return new PodCreation(
                    answer.code(),
                    answer.headers("Warning"),
                    JSON.readTree(Optional.ofNullable(answer.body()).orElseThrow()),
                    Duration.ofNanos(System.nanoTime() - start));
        } catch (ExecutionException e) {
            throw new AssertionError("no answer to a pod's creation", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
