package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.cluster.ChildProcess;
import dev.sidecarsizer.cluster.EnvoyWheel;
import dev.sidecarsizer.cluster.FreePorts;
import dev.sidecarsizer.cluster.Progress;
import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Real Envoy as a sidecar is set up: it forwards to an upstream, and serves its statistics on a listener of their own,
 * as Istio's does on port 15090.
 */
public final class RealEnvoy implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final ChildProcess process;
    private final int traffic;
    private final int stats;

    private RealEnvoy(ChildProcess process, int traffic, int stats) {
        this.process = process;
        this.traffic = traffic;
        this.stats = stats;
    }

    /**
     * Starts one and waits until it listens. Its streams have no idle timeout, as istiod has it.
     *
     * @param folder for its configuration and its log
     * @param upstream port on this machine that it forwards to
     * @param around words that start its command, such as one that enters a cgroup first
     */
    public static RealEnvoy start(Path folder, int upstream, UnaryOperator<List<String>> around) {
        return start(folder, upstream, "0s", around);
    }

    /**
     * The same with an idle timeout of streams.
     *
     * @param streamIdleTimeout as a protobuf duration
     */
    public static RealEnvoy start(
            Path folder, int upstream, String streamIdleTimeout, UnaryOperator<List<String>> around) {
        List<Integer> ports = FreePorts.find(3);
        Path config = folder.resolve("envoy.yaml");
        try {
            Files.writeString(config, bootstrap(ports.get(0), ports.get(1), ports.get(2), upstream, streamIdleTimeout));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChildProcess process = ChildProcess.start(
                "envoy",
                folder.resolve("envoy.log"),
                folder,
                Map.of(),
                around.apply(List.of(
                        program().toString(),
                        "--config-path",
                        config.toString(),
                        "--concurrency",
                        "2",
                        "--disable-hot-restart",
                        "--log-level",
                        "warn")));
        RealEnvoy envoy = new RealEnvoy(process, ports.get(1), ports.get(2));
        try {
            envoy.awaitListening();
            return envoy;
        } catch (RuntimeException e) {
            envoy.close();
            throw e;
        }
    }

    /** Has it start with an overload manager, as our override has it, for a heap of so many bytes. */
    public static UnaryOperator<List<String>> overloaded(long heap) {
        String manager =
                """
                overload_manager:
                  refresh_interval: 0.25s
                  resource_monitors:
                  - name: envoy.resource_monitors.fixed_heap
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig
                      max_heap_size_bytes: %d
                  actions:
                  - name: envoy.overload_actions.shrink_heap
                    triggers: [{name: envoy.resource_monitors.fixed_heap, threshold: {value: 0.20}}]
                  loadshed_points:
                  - name: envoy.load_shed_points.tcp_listener_accept
                    triggers: [{name: envoy.resource_monitors.fixed_heap, threshold: {value: 0.95}}]
                """
                        .formatted(heap);
        return command -> Stream.concat(command.stream(), Stream.of("--config-yaml", manager))
                .toList();
    }

    /** The file that is run. */
    static Path program() {
        return EnvoyWheel.envoy("1.40.0", Progress.onConsole());
    }

    /** Port that forwards all but {@code /alive}, to which it answers itself. */
    public int traffic() {
        return traffic;
    }

    /** Port of its statistics. */
    public int stats() {
        return stats;
    }

    /** What it has in physical memory, as the kernel counts. */
    public Bytes resident() {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
            Matcher line = RESIDENT.matcher(status);
            return line.find() ? new Bytes(Long.parseLong(line.group(1)) * 1024) : Bytes.mebi(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Its exit code, once it has ended: 137 where it was killed. */
    public int awaitExit(Duration patience) {
        return process.awaitExit(patience);
    }

    @Override
    public void close() {
        process.close();
    }

    private void awaitListening() {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!(FreePorts.listens(traffic) && FreePorts.listens(stats))) {
            if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("does not listen: " + process.story());
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private static String bootstrap(int admin, int traffic, int stats, int upstream, String streamIdleTimeout) {
        return """
                admin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
                static_resources:
                  listeners:
                  %s
                  %s
                    # as Istio's own listeners do
                    bypass_overload_manager: true
                  clusters:
                  %s
                  %s
                """
                .formatted(
                        admin,
                        listener("traffic", traffic, "/", streamIdleTimeout),
                        listener("stats", stats, "/stats/prometheus", streamIdleTimeout),
                        cluster("traffic", upstream),
                        cluster("stats", admin));
    }

    private static String listener(String name, int port, String path, String streamIdleTimeout) {
        return """
                - name: %1$s
                    address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}
                    # SO_SNDBUF, so that what a client does not read is the proxy's to hold, as over a network
                    socket_options: [{level: 1, name: 7, int_value: 65536, state: STATE_PREBIND}]
                    filter_chains:
                    - filters:
                      - name: envoy.filters.network.http_connection_manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          stat_prefix: %1$s
                          stream_idle_timeout: %4$s
                          route_config:
                            virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes:
                              - {match: {path: "/alive"}, direct_response: {status: 200}}
                              - {match: {prefix: "%3$s"}, route: {cluster: %1$s, timeout: 0s}}
                          http_filters:
                          - name: envoy.filters.http.router
                            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                """
                .formatted(name, port, path, streamIdleTimeout)
                .strip();
    }

    private static String cluster(String name, int port) {
        return """
                - name: %1$s
                    connect_timeout: 5s
                    circuit_breakers: {thresholds: [{max_connections: 4096, max_pending_requests: 4096, max_requests: 4096}]}
                    load_assignment:
                      cluster_name: %1$s
                      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %2$d}}}}]}]
                """
                .formatted(name, port)
                .strip();
    }
}
