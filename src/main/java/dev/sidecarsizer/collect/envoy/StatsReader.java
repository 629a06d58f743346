package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.collect.BoundedStream;
import dev.sidecarsizer.collect.LivePod;
import dev.sidecarsizer.collect.Shared;
import dev.sidecarsizer.collect.openmetrics.OpenMetrics;
import dev.sidecarsizer.collect.openmetrics.OpenMetrics.Format;
import dev.sidecarsizer.collect.openmetrics.OpenMetricsFault;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.ProxyFacts;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/** Reads one proxy's statistics. What it answers is a stranger's: it is followed nowhere, and its length is bounded. */
final class StatsReader implements AutoCloseable {

    static final Bytes LONGEST = Bytes.mebi(8);

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final int OK = 200;

    private final int port;
    private final Duration patience;
    private final Shared shared = new Shared();
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    /**
     * @param patience for a whole answer
     */
    StatsReader(int port, Duration patience) {
        this.port = port;
        this.patience = patience;
    }

    /**
     * What the pod's proxy tells.
     *
     * @throws IOException where it cannot be asked, or does not answer with statistics
     */
    ProxyFacts read(LivePod pod) throws IOException, InterruptedException {
        return Deadline.within(patience, () -> ask(pod));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private ProxyFacts ask(LivePod pod) throws IOException, InterruptedException {
        String ip = Objects.requireNonNull(pod.ip());
        URI uri = URI.create("http://" + (ip.contains(":") ? "[" + ip + "]" : ip) + ":" + port + "/stats/prometheus");
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(patience).build();
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != OK) {
                throw new IOException(uri + " answered " + response.statusCode());
            }
            ProxyStats stats = new ProxyStats();
            Format format =
                    Format.of(response.headers().firstValue("content-type").orElse(null));
            OpenMetrics.read(new InputStreamReader(bounded(body), StandardCharsets.UTF_8), format, stats);
            return stats.facts(pod, shared);
        } catch (OpenMetricsFault fault) {
            throw new IOException(uri + " answered with no statistics: " + fault.getMessage(), fault);
        }
    }

    private static InputStream bounded(InputStream body) {
        return new BoundedStream(body, LONGEST, message -> {
            throw new IOException(message);
        });
    }
}
