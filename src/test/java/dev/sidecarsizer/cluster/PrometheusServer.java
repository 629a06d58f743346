package dev.sidecarsizer.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A real Prometheus on loopback, on a port that was free, with its data in a folder that outlives it: started again with
 * the same folder it has what it had.
 */
public final class PrometheusServer implements AutoCloseable {

    private final ChildProcess process;
    private final URI url;

    private PrometheusServer(ChildProcess process, URI url) {
        this.process = process;
        this.url = url;
    }

    /** Starts the one at hand. */
    public static PrometheusServer start(String configuration, Path data, Progress progress) {
        return start(Prometheus.AT_HAND, configuration, data, progress);
    }

    /**
     * Starts one and waits until it answers queries.
     *
     * @param configuration its {@code prometheus.yml}
     * @param data folder of its own, which is made if it is not there: configuration, samples and log
     * @throws PartMissing where there is no Prometheus and none can be had
     */
    public static PrometheusServer start(Prometheus version, String configuration, Path data, Progress progress) {
        int port = FreePorts.find(1).get(0);
        URI url = URI.create("http://127.0.0.1:" + port);
        try {
            Files.createDirectories(data);
            Path file = Files.writeString(data.resolve("prometheus.yml"), configuration);
            ChildProcess process = ChildProcess.start(
                    "prometheus",
                    data.resolve("prometheus.log"),
                    data,
                    Map.of(),
                    List.of(
                            version.server(progress).toString(),
                            "--config.file=" + file,
                            "--storage.tsdb.path=" + data.resolve("tsdb"),
                            "--storage.tsdb.retention.time=10y",
                            "--web.listen-address=127.0.0.1:" + port));
            try {
                process.awaitReady(url.resolve("/-/ready"));
                return new PrometheusServer(process, url);
            } catch (RuntimeException e) {
                process.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write Prometheus' configuration", e);
        }
    }

    /**
     * Puts samples of the past into a data folder, before Prometheus is started with it.
     *
     * @param openMetrics text in OpenMetrics' format, each sample with its time
     */
    public static void backfill(String openMetrics, Path data, Progress progress) {
        try {
            Files.createDirectories(data);
            Path file = Files.writeString(data.resolve("backfill.om"), openMetrics);
            new Command(List.of(
                            Prometheus.tool(progress).toString(),
                            "tsdb",
                            "create-blocks-from",
                            "openmetrics",
                            file.toString(),
                            data.resolve("tsdb").toString()))
                    .run()
                    .orThrow();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write samples for promtool", e);
        }
    }

    /** Where it listens. */
    public URI url() {
        return url;
    }

    /** Asks it to end, and waits: samples that it has taken are on disk then. */
    @Override
    public void close() {
        process.close();
    }
}
