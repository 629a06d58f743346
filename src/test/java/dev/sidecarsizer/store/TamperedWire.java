package dev.sidecarsizer.store;

import dev.sidecarsizer.cluster.CertificateAuthority;
import dev.sidecarsizer.cluster.ControlPlane;
import dev.sidecarsizer.cluster.ServerTls;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;

/**
 * The way from a client to the API server, on which the answers to some writes get lost: the write is done, and whoever
 * asked for it sees his connection end.
 */
final class LossyWire implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final Config plane;
    private final URI target;
    private final SSLSocketFactory onward;
    private final CertificateAuthority authority = new CertificateAuthority("lossy");
    private final ServerSocket server;
    private final AtomicInteger lost = new AtomicInteger();

    /**
     * @param losses how many answers to a PUT get lost
     */
    LossyWire(ControlPlane plane, int losses) throws IOException, GeneralSecurityException {
        this.plane = plane.admin().getConfiguration();
        target = URI.create(this.plane.getMasterUrl());
        onward = SSLUtils.sslContext(this.plane).getSocketFactory();
        server = ServerTls.of(authority.issue("lossy", List.of("IP:127.0.0.1")))
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> accept(losses));
    }

    /** The client configuration that leads through here. */
    Config config() {
        return new ConfigBuilder(plane)
                .withMasterUrl("https://127.0.0.1:" + server.getLocalPort() + "/")
                .withCaCertData(
                        Base64.getEncoder().encodeToString(authority.pem().getBytes(StandardCharsets.US_ASCII)))
                .build();
    }

    /** How many answers got lost. */
    int lost() {
        return lost.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept(int losses) {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Socket far = onward.createSocket(target.getHost(), target.getPort());
                AtomicBoolean losing = new AtomicBoolean();
                Thread.ofVirtual().start(() -> ask(near, far, losing, losses));
                Thread.ofVirtual().start(() -> answer(far, near, losing));
            } catch (IOException closed) {
                // the client sees a closed connection
            }
        }
    }

    private void ask(Socket near, Socket far, AtomicBoolean losing, int losses) {
        try (near;
                far) {
            InputStream in = near.getInputStream();
            OutputStream out = far.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                boolean put = new String(chunk, 0, read, StandardCharsets.ISO_8859_1).startsWith("PUT ");
                if (put && lost.get() < losses) {
                    lost.incrementAndGet();
                    losing.set(true);
                }
                out.write(chunk, 0, read);
            }
        } catch (IOException ended) {
            // both ends are closed
        }
    }

    private static void answer(Socket far, Socket near, AtomicBoolean losing) {
        try (near;
                far) {
            InputStream in = far.getInputStream();
            OutputStream out = near.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0 && !losing.get(); read = in.read(chunk)) {
                out.write(chunk, 0, read);
            }
        } catch (IOException ended) {
            // both ends are closed
        }
    }
}
