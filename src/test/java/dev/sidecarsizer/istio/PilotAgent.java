package dev.sidecarsizer.istio;

import dev.sidecarsizer.cluster.CertificateAuthority;
import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.install.Pause;
import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Real pilot-agent, which renders Envoy's bootstrap and starts Envoy, in a folder of its own. */
public final class PilotAgent implements AutoCloseable {

    private static final String NOBODY = "127.0.0.1:1";
    private static final String IDENTITY = "spiffe://cluster.local/ns/shop/sa/default";

    private final ChildProcess process;
    private final Path log;
    private final int admin;
    private final int health;
    private final int statistics;

    private PilotAgent(ChildProcess process, Path log, int admin, int health, int statistics) {
        this.process = process;
        this.log = log;
        this.admin = admin;
        this.health = health;
        this.statistics = statistics;
    }

    /** Starts it without an istiod, which a bootstrap does not need. */
    public static PilotAgent start(Path folder, Path envoy, Map<String, String> environment) {
        return start(folder, envoy, NOBODY, environment);
    }

    /**
     * Starts it, as the injected container does.
     *
     * @param folder where it works
     * @param envoy the program that it starts
     * @param discovery address of istiod
     * @param environment more variables than it needs, such as {@code ISTIO_BOOTSTRAP_OVERRIDE}; {@code PROXY_CONFIG} adds to
     *     what it needs in there
     */
    static PilotAgent start(Path folder, Path envoy, String discovery, Map<String, String> environment) {
        certify(folder.resolve("var/run/secrets/workload-spiffe-credentials"));
        List<Integer> ports = FreePorts.find(4);
        int admin = ports.get(0);
        Map<String, String> all = new HashMap<>(Map.of(
                "POD_NAME", "reviews-1",
                "POD_NAMESPACE", "shop",
                "INSTANCE_IP", "127.0.0.1",
                "ISTIO_META_CLUSTER_ID", "Kubernetes",
                "PILOT_CERT_PROVIDER", "istiod",
                "ENVOY_STATUS_PORT", String.valueOf(ports.get(1)),
                "ENVOY_PROMETHEUS_PORT", String.valueOf(ports.get(2)),
                "PROXY_CONFIG", proxyConfig(folder, envoy, discovery, admin, ports.get(3))));
        environment.forEach((name, value) ->
                all.merge(name, value, (ours, pods) -> name.equals("PROXY_CONFIG") ? more(ours, pods) : pods));
        Path log = folder.resolve("pilot-agent.log");
        ChildProcess process = ChildProcess.start(
                "pilot-agent",
                log,
                folder,
                all,
                List.of(
                        IstioParts.pilotAgent().toString(),
                        "proxy",
                        "sidecar",
                        "--domain=shop.svc.cluster.local",
                        "--templateFile=" + IstioParts.bootstrapTemplate()));
        return new PilotAgent(process, log, admin, ports.get(1), ports.get(2));
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it and its Envoy have printed so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Envoy's administration interface answers, such as {@code /stats}; empty while there is no Envoy to ask. */
    public String envoy(String path) {
        return get(admin, path).map(HttpResponse::body).orElse("");
    }

    private static Optional<HttpResponse<String>> get(int port, String path) {
        URI asked = URI.create("http://127.0.0.1:" + port + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            return Optional.of(
                    client.send(HttpRequest.newBuilder(asked).build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Whether the kubelet's probe, which comes through Envoy, is told yes. */
    boolean isReady() {
        return get(health, "/healthz/ready")
                .filter(answer -> answer.statusCode() == 200)
                .isPresent();
    }

    /** What Prometheus is answered; empty where its connection is closed. */
    String scraped() {
        return get(statistics, "/stats/prometheus").map(HttpResponse::body).orElse("");
    }

    /** Port of its Envoy's statistics, as Istio has them exported. */
    int statistics() {
        return statistics;
    }

    /** Bytes that Envoy has in use. */
    Bytes allocated() {
        return new Bytes(
                JsonMapper.shared().readTree(envoy("/memory")).path("allocated").asLong());
    }

    /** Memory of Envoy that is no file's, which its allocator does not know all of. */
    Bytes anonymous() {
        long envoy = ProcessHandle.of(process.pid())
                .orElseThrow()
                .descendants()
                .filter(child -> child.info().command().orElse("").endsWith("/envoy"))
                .findFirst()
                .orElseThrow()
                .pid();
        try (Stream<String> status = Files.lines(Path.of("/proc", String.valueOf(envoy), "status"))) {
            return status.filter(line -> line.startsWith("RssAnon:"))
                    .map(line -> new Bytes(Long.parseLong(line.replaceAll("\\D", "")) << 10))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connections that Envoy has taken and not closed, as it was up to 5 s ago. */
    long connections() {
        return Long.parseLong(envoy("/stats?filter=server.total_connections")
                .replaceFirst(".*: ", "")
                .strip());
    }

    /** To a port of its Envoy's, as soon as Envoy listens there. */
    Socket connect(int port, Duration patience) {
        Pause.until("Envoy listens on port " + port, patience, () -> FreePorts.listens(port));
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    /** Where a pod has a configuration of its own as JSON, its members come to ours. */
    private static String more(String ours, String pods) {
        StringBuilder both = new StringBuilder(ours);
        JsonMapper.shared().readTree(pods).properties().forEach(member -> both.append(
                        member.getKey() + ": " + member.getValue())
                .append('\n'));
        return both.toString();
    }

    private static String proxyConfig(Path folder, Path envoy, String discovery, int admin, int status) {
        // there is nobody whose requests it would have to drain
        return """
                binaryPath: %s
                configPath: %s
                discoveryAddress: %s
                controlPlaneAuthPolicy: NONE
                proxyAdminPort: %d
                statusPort: %d
                terminationDrainDuration: 1s
                """
                .formatted(envoy, folder.resolve("proxy"), discovery, admin, status);
    }

    /** Where its certificate lies in files, it asks no authority for one. */
    private static void certify(Path credentials) {
        CertificateAuthority authority = new CertificateAuthority("cluster.local");
        CertificateAuthority.Issued issued = authority.issue("reviews", List.of("URI:" + IDENTITY));
        try {
            Files.createDirectories(credentials);
            Files.writeString(credentials.resolve("cert-chain.pem"), issued.certificate());
            Files.writeString(credentials.resolve("key.pem"), issued.key());
            Files.writeString(credentials.resolve("root-cert.pem"), authority.pem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
