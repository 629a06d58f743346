package dev.sidecarsizer.istio;

import com.sun.net.httpserver.HttpServer;
import dev.sidecarsizer.cluster.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;

/** A Service, on port 80, behind which somebody of this machine answers with its name. */
final class AnsweringService implements AutoCloseable {

    private final HttpServer server;

    private AnsweringService(HttpServer server) {
        this.server = server;
    }

    static AnsweringService create(ControlPlane plane, String namespace, String name) {
        try {
            // an Endpoint must not be on the loopback
            InetAddress here = address();
            HttpServer server = HttpServer.create(new InetSocketAddress(here, 0), 16);
            server.createContext("/", exchange -> {
                byte[] answer = name.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            server.start();
            plane.apply(
                    """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: %1$s, namespace: %2$s}
                    spec: {ports: [{name: http, port: 80}]}
                    ---
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata: {name: %1$s-1, namespace: %2$s, labels: {kubernetes.io/service-name: %1$s}}
                    addressType: IPv4
                    ports: [{name: http, port: %4$d, protocol: TCP}]
                    endpoints: [{addresses: ["%3$s"], conditions: {ready: true}}]
                    """
                            .formatted(
                                    name,
                                    namespace,
                                    here.getHostAddress(),
                                    server.getAddress().getPort()));
            return new AnsweringService(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static InetAddress address() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address
                        && !address.isLoopbackAddress()
                        && !address.isLinkLocalAddress())
                .findFirst()
                .orElseThrow(() -> new IOException("this machine has no address but its loopback"));
    }
}
