package dev.sidecarsizer.bench;

import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The jar with the options of the image, as the only replica, and what its metrics say. */
final class Leader implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final ChildProcess process;
    private final int port;
    private final int management;

    private Leader(ChildProcess process, int port, int management) {
        this.process = process;
        this.port = port;
        this.management = management;
    }

    /** Starts one and waits until it leads. */
    static Leader start(String java, Path app, String name, Path kubeconfig, List<String> settings) throws IOException {
        List<Integer> ports = FreePorts.find(2);
        List<String> words = new ArrayList<>(
                List.of(java, "@java.options", "-XX:AOTCache=sidecar-sizer.aot", "-jar", "sidecar-sizer.jar"));
        words.addAll(settings);
        words.add("--server.address=127.0.0.1");
        words.add("--server.port=" + ports.get(0));
        words.add("--management.server.address=127.0.0.1");
        words.add("--management.server.port=" + ports.get(1));
        ChildProcess process = ChildProcess.start(
                "the leader",
                Path.of("target", "bench", name + ".log").toAbsolutePath(),
                app,
                Map.of("KUBECONFIG", kubeconfig.toString(), "MALLOC_ARENA_MAX", "2"),
                words);
        Leader leader = new Leader(process, ports.get(0), ports.get(1));
        try {
            leader.await("leading", Duration.ofMinutes(2), () -> leader.metric("sidecar_sizer_learning_leader") == 1);
            return leader;
        } catch (IllegalStateException failed) {
            leader.close();
            throw failed;
        }
    }

    int port() {
        return port;
    }

    /** When it was so. */
    Instant await(String what, Duration patience, BooleanSupplier so) {
        Instant end = Instant.now().plus(patience);
        while (!so.getAsBoolean()) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                throw new IllegalStateException("not " + what + ": " + process.story());
            }
            try {
                Thread.sleep(500);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stop);
            }
        }
        return Instant.now();
    }

    /** Age of the last window in seconds; very much before the first. */
    double lag() {
        double lag = metric("sidecar_sizer_learning_lag_seconds");
        return Double.isNaN(lag) ? Double.MAX_VALUE : lag;
    }

    int histories() {
        double histories = metric("sidecar_sizer_learning_histories");
        return Double.isNaN(histories) ? 0 : (int) histories;
    }

    double windows() {
        return metric("sidecar_sizer_learning_windows_total");
    }

    int written() {
        return (int) metric("sidecar_sizer_learning_writes_total{outcome=\"written\"}");
    }

    /** Its heap after the last collections, and what they cost. */
    String heap() {
        return String.format(
                Locale.ROOT,
                "heap %.0f MiB used; %.0f collections took %.1f s in all",
                metric("jvm_memory_used_bytes{area=\"heap\"") / (1 << 20),
                metric("jvm_gc_pause_seconds_count"),
                metric("jvm_gc_pause_seconds_sum"));
    }

    /** Resident memory: now, its own part, and the most there was. */
    String memory() throws IOException {
        String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
        return mebibytes(status, "VmRSS:") + " MiB, of which its own " + mebibytes(status, "RssAnon:") + "; "
                + mebibytes(status, "VmHWM:") + " at most";
    }

    private static long mebibytes(String status, String key) {
        return status.lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }

    /** The sum of all samples whose line begins so; NaN where there are none. */
    private double metric(String begin) {
        String all;
        try {
            all = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/metrics"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException away) {
            return Double.NaN;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Double.NaN;
        }
        List<String> lines = all.lines()
                .filter(line -> line.startsWith(begin))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .toList();
        return lines.isEmpty()
                ? Double.NaN
                : lines.stream().mapToDouble(Double::parseDouble).sum();
    }

    @Override
    public void close() {
        process.close();
    }
}
