package dev.sidecarsizer.config;

import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.install.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The jar as a process of its own, with the options of the image, on ports of its own. */
final class WebhookProcess implements AutoCloseable {

    static final Path JAR = Path.of("target", "sidecar-sizer.jar").toAbsolutePath();
    static final Path OPTIONS = Path.of("src/main/image/java.options").toAbsolutePath();
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private static final Path KUBECONFIG =
            Path.of("src/test/resources/kubeconfig-to-nowhere.yaml").toAbsolutePath();
    private static final Path LOGS = Path.of("target", "webhook").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ChildProcess process;
    private final Path log;
    private final int port;
    private final int managementPort;

    private WebhookProcess(ChildProcess process, Path log, int port, int managementPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** Starts the jar; {@code environment} is added to ours. Neither readiness nor anything else is waited for. */
    static WebhookProcess start(Map<String, String> environment, String... settings) {
        List<String> command = new ArrayList<>(List.of(JAVA, "@" + OPTIONS, "-jar", JAR.toString()));
        command.addAll(List.of(settings));
        return start(Path.of("").toAbsolutePath(), environment, command);
    }

    /** Starts {@code command}, to which the ports are added, in {@code folder}. */
    static WebhookProcess start(Path folder, Map<String, String> environment, List<String> command) {
        List<Integer> ports = FreePorts.find(2);
        List<String> all = new ArrayList<>(command);
        all.add("--server.port=" + ports.get(0));
        all.add("--management.server.port=" + ports.get(1));
        Path log = LOGS.resolve("webhook-" + COUNT.incrementAndGet() + ".log");
        return new WebhookProcess(
                ChildProcess.start("the webhook", log, folder, environment, all), log, ports.get(0), ports.get(1));
    }

    /** Starts the jar with the profile {@code local} and the folder that the docs show, and waits until it is ready. */
    static WebhookProcess local(String... settings) {
        List<String> all = new ArrayList<>(
                List.of("--spring.profiles.active=local", "--sidecar-sizer.profiles.directory=docs/examples/shop"));
        all.addAll(List.of(settings));
        WebhookProcess webhook = start(Map.of(), all.toArray(String[]::new));
        try {
            webhook.awaitReady();
        } catch (RuntimeException e) {
            webhook.close();
            throw e;
        }
        return webhook;
    }

    /**
     * Starts the jar as in a cluster whose API server is away, and waits until it lives: it serves, and is never ready.
     *
     * @param tls folder with {@code tls.crt} and {@code tls.key}
     */
    static WebhookProcess clusterAway(Path tls, String... settings) {
        List<String> all = new ArrayList<>(List.of("--sidecar-sizer.tls.directory=" + tls));
        all.addAll(List.of(settings));
        WebhookProcess webhook = start(Map.of("KUBECONFIG", KUBECONFIG.toString()), all.toArray(String[]::new));
        try {
            webhook.awaitStatus("/livez", 200);
        } catch (RuntimeException e) {
            webhook.close();
            throw e;
        }
        return webhook;
    }

    void awaitReady() {
        awaitStatus("/readyz", 200);
    }

    /** Waits until the webhook's port answers {@code path} with {@code status}. */
    void awaitStatus(String path, int status) {
        Client client = https();
        Pause.until(path + " answers " + status, PATIENCE, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(process.story());
            }
            try {
                return client.get(path).status() == status;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    Client https() {
        return Client.https(port);
    }

    Client management() {
        return Client.http(managementPort);
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    /** What it has logged so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A metric's value; 0 where it is not there yet. */
    double metric(String sample) throws IOException {
        return management()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .sum();
    }

    /** Waits until a metric is at least so high. */
    void awaitMetric(String sample, double least) {
        Pause.until(sample + " is " + least, PATIENCE, () -> {
            try {
                return metric(sample) >= least;
            } catch (IOException away) {
                return false;
            }
        });
    }

    /** Resident memory in MiB, the most that there ever was. */
    long mostResident() throws IOException {
        Matcher found = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB")
                .matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
        return found.find() ? Long.parseLong(found.group(1)) / 1024 : 0;
    }

    void terminate() {
        process.terminate();
    }

    int awaitExit(Duration patience) {
        return process.awaitExit(patience);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.close();
    }
}
