package dev.sidecarsizer.install;

import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.cluster.PrometheusServer;
import dev.sidecarsizer.deploy.Monitoring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Prometheus that scrapes each second and evaluates the shipped rules as often, with their times made short: see
 * {@link #hurried}.
 */
final class AlertingPrometheus implements AutoCloseable {

    private static final Pattern RANGE = Pattern.compile("\\[\\d+[mh]]");
    private static final Pattern FOR = Pattern.compile("\"for\":\"(\\d+)([mhd])\"");

    private final PrometheusServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private AlertingPrometheus(PrometheusServer server) {
        this.server = server;
    }

    /**
     * @param configuration {@code prometheus.yml} with jobs; its intervals are a second
     * @param ports where replicas tell their metrics, those that do not run yet too
     */
    static AlertingPrometheus start(String configuration, Path data, int... ports) throws IOException {
        Files.createDirectories(data);
        Files.writeString(
                data.resolve("rules.yaml"), hurried(Monitoring.groups().toString()));
        String targets = Arrays.stream(ports)
                .mapToObj(port -> "\"127.0.0.1:" + port + "\"")
                .collect(Collectors.joining(", "));
        return new AlertingPrometheus(PrometheusServer.start(
                configuration.replace(
                                "global: {scrape_interval: 1s}",
                                "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yaml]")
                        + "  - job_name: sidecar-sizer\n    static_configs: [{targets: [" + targets + "]}]\n",
                data,
                Progress.onConsole()));
    }

    /**
     * The same rules, for whoever cannot wait: each range is 15 seconds, what must hold for half an hour or more must hold
     * for 8 seconds and what must hold for less for 2, and what may be 600 seconds old may be 5.
     */
    static String hurried(String rules) {
        String ranges = RANGE.matcher(rules).replaceAll("[15s]");
        String times = FOR.matcher(ranges)
                .replaceAll(time -> "\"for\":\""
                        + (time.group(1).equals("0")
                                ? "0s"
                                : !time.group(2).equals("m") || time.group(1).equals("30") ? "8s" : "2s")
                        + "\"");
        return times.replace(" > 600", " > 5");
    }

    InetSocketAddress address() {
        return new InetSocketAddress(server.url().getHost(), server.url().getPort());
    }

    /** Names of the alerts that fire. */
    Set<String> firing() {
        return names(alerts().filter(alert -> alert.path("state").asString().equals("firing")));
    }

    /** The same, with those that will where it stays so. */
    Set<String> active() {
        return names(alerts());
    }

    /** The sum over all series of a metric, as scraped last; 0 where there are none. */
    double sum(String metric) {
        return get("/api/v1/query?query=sum(" + metric + ")")
                .path("result")
                .valueStream()
                .mapToDouble(series -> Double.parseDouble(series.at("/value/1").asString()))
                .sum();
    }

    /** Names of all series that there were. */
    Set<String> metrics() {
        return get("/api/v1/label/__name__/values")
                .valueStream()
                .map(JsonNode::asString)
                .collect(Collectors.toSet());
    }

    /** Whether that query has a value at some time since then, as a panel would show it. */
    boolean hasData(String query, Instant since) {
        String range = "/api/v1/query_range?step=5&start=" + since.getEpochSecond() + "&end="
                + Instant.now().getEpochSecond() + "&query=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
        return get(range)
                .path("result")
                .valueStream()
                .flatMap(series -> series.path("values").valueStream())
                .anyMatch(value -> !value.get(1).asString().equals("NaN"));
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }

    private static Set<String> names(Stream<JsonNode> alerts) {
        return alerts.map(alert -> alert.at("/labels/alertname").asString())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Stream<JsonNode> alerts() {
        return get("/api/v1/alerts").path("alerts").valueStream();
    }

    private JsonNode get(String path) {
        try {
            String answer = client.send(
                            HttpRequest.newBuilder(URI.create(server.url() + path))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            JsonNode tree = JsonMapper.shared().readTree(answer);
            if (!tree.path("status").asString().equals("success")) {
                throw new IllegalStateException(path + ": " + answer);
            }
            return tree.path("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
