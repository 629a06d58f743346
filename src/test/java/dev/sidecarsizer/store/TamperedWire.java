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
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSocketFactory;

/** The way from a client to the API server, on which a few things happen that a test cannot wait for. */
final class TamperedWire implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final Config plane;
    private final URI target;
    private final SSLSocketFactory onward;
    private final CertificateAuthority authority = new CertificateAuthority("tampered");
    private final ServerSocket server;
    private final Predicate<String> concerns;
    private final UnaryOperator<String> change;
    private final boolean losesAnswer;
    private final int most;
    private final AtomicInteger done = new AtomicInteger();

    private TamperedWire(
            ControlPlane plane, int most, Predicate<String> concerns, UnaryOperator<String> change, boolean losesAnswer)
            throws IOException {
        this.plane = plane.admin().getConfiguration();
        this.most = most;
        this.concerns = concerns;
        this.change = change;
        this.losesAnswer = losesAnswer;
        target = URI.create(this.plane.getMasterUrl());
        try {
            onward = SSLUtils.sslContext(this.plane).getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        server = ServerTls.of(authority.issue("tampered", List.of("IP:127.0.0.1")))
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** The answers to the first writes get lost: they are done, and whoever asked for them sees his connection end. */
    static TamperedWire losingAnswers(ControlPlane plane, int writes) throws IOException {
        return new TamperedWire(plane, writes, request -> request.startsWith("PUT "), request -> request, true);
    }

    /** The same of the first writes by server-side apply. */
    static TamperedWire losingAnswersToPatches(ControlPlane plane, int writes) throws IOException {
        return new TamperedWire(plane, writes, request -> request.startsWith("PATCH "), request -> request, true);
    }

    /** What the first lists of a kind say is so old, by the time of the watch, that the API server has forgotten it. */
    static TamperedWire agingLists(ControlPlane plane, String kind, int lists) throws IOException {
        AtomicInteger listed = new AtomicInteger();
        return new TamperedWire(
                plane,
                Integer.MAX_VALUE,
                request -> {
                    boolean ofKind = request.startsWith("GET ") && request.contains("/" + kind + "?");
                    boolean watches = ofKind && request.contains("watch=true");
                    if (ofKind && !watches) {
                        listed.incrementAndGet();
                    }
                    return watches && listed.get() <= lists;
                },
                request -> request.replaceFirst("resourceVersion=[0-9]+", "resourceVersion=1"),
                false);
    }

    /** The client configuration that leads through here. */
    Config config() {
        return new ConfigBuilder(plane)
                .withMasterUrl("https://127.0.0.1:" + server.getLocalPort() + "/")
                .withCaCertData(
                        Base64.getEncoder().encodeToString(authority.pem().getBytes(StandardCharsets.US_ASCII)))
                .build();
    }

    /** How often it happened. */
    int done() {
        return done.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Socket far = onward.createSocket(target.getHost(), target.getPort());
                AtomicBoolean losing = new AtomicBoolean();
                Thread.ofVirtual().start(() -> ask(near, far, losing));
                Thread.ofVirtual().start(() -> answer(far, near, losing));
            } catch (IOException closed) {
                // the client sees a closed connection
            }
        }
    }

    private void ask(Socket near, Socket far, AtomicBoolean losing) {
        try (near;
                far) {
            InputStream in = near.getInputStream();
            OutputStream out = far.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                String request = new String(chunk, 0, read, StandardCharsets.ISO_8859_1);
                boolean tampered = done.get() < most && concerns.test(request);
                if (tampered) {
                    done.incrementAndGet();
                }
                losing.compareAndSet(false, tampered && losesAnswer);
                out.write((tampered ? change.apply(request) : request).getBytes(StandardCharsets.ISO_8859_1));
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
