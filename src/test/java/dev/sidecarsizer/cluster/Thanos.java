package dev.sidecarsizer.cluster;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real Thanos on loopback: a sidecar beside a Prometheus, and a Querier that asks it, and others. */
public final class Thanos implements AutoCloseable {

    private final List<ChildProcess> processes = new ArrayList<>();
    private final Path program;
    private final Path folder;
    private final URI url;

    /**
     * Starts it and waits until it answers queries.
     *
     * @param prometheus whose configuration has external labels
     * @param others more stores that it must ask, each as {@code host:port}
     * @param folder of its own, for its logs
     * @throws PartMissing where it cannot be built
     */
    public Thanos(URI prometheus, List<String> others, Path folder, Progress progress) {
        this.program = GoPart.named("thanos").build("github.com/thanos-io/thanos/cmd/thanos", progress);
        this.folder = folder;
        List<Integer> ports = FreePorts.find(4);
        List<String> stores = new ArrayList<>(others);
        stores.add("127.0.0.1:" + ports.get(0));
        try {
            start(
                    "sidecar",
                    ports.get(0),
                    ports.get(1),
                    List.of("--prometheus.url=" + prometheus, "--tsdb.path=" + folder));
            this.url = start(
                    "query",
                    ports.get(2),
                    ports.get(3),
                    stores.stream().map(store -> "--endpoint-strict=" + store).toList());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Where the Querier listens. */
    public URI url() {
        return url;
    }

    @Override
    public void close() {
        processes.forEach(ChildProcess::close);
    }

    private URI start(String command, int grpc, int http, List<String> more) {
        List<String> words = new ArrayList<>(List.of(
                program.toString(),
                command,
                "--grpc-address=127.0.0.1:" + grpc,
                "--http-address=127.0.0.1:" + http,
                "--grpc-grace-period=1s",
                "--http-grace-period=1s"));
        words.addAll(more);
        ChildProcess process = ChildProcess.start(
                "thanos " + command, folder.resolve("thanos-" + command + ".log"), folder, Map.of(), words);
        processes.add(process);
        URI listens = URI.create("http://127.0.0.1:" + http);
        process.awaitReady(listens.resolve("/-/ready"));
        return listens;
    }
}
