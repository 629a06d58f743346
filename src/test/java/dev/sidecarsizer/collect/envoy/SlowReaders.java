package dev.sidecarsizer.collect.envoy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An upstream that answers with much, and clients that ask and do not read: what a proxy between them must hold.
 */
public final class SlowReaders implements AutoCloseable {

    private static final int LARGE = 26_000_000;

    private final int body;
    private final ServerSocket upstream;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();

    /** Starts the upstream, with answers that fit into no buffer. */
    public SlowReaders() {
        this(LARGE);
    }

    /**
     * Starts the upstream.
     *
     * @param body bytes of each answer
     */
    public SlowReaders(int body) {
        this.body = body;
        try {
            upstream = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** The upstream's port. */
    public int upstream() {
        return upstream.getLocalPort();
    }

    /** One more client asks through the proxy; false where the proxy does not take it any more. */
    public boolean ask(int proxy) {
        Socket client = new Socket();
        clients.add(client);
        try {
            client.setReceiveBufferSize(4096);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy), 2000);
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: any\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** All clients that are there give up. */
    public void leave() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    @Override
    public void close() throws IOException {
        upstream.close();
        leave();
    }

    private void accept() {
        while (!upstream.isClosed()) {
            try {
                Socket connection = upstream.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            } catch (IOException closed) {
                // the test is over
            }
        }
    }

    private void answer(Socket connection) {
        try (connection) {
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            byte[] chunk = new byte[64 * 1024];
            while (in.read(chunk) > 0) {
                out.write(("HTTP/1.1 200 OK\r\ncontent-length: " + body + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                for (int left = body; left > 0; left -= chunk.length) {
                    out.write(chunk, 0, Math.min(left, chunk.length));
                }
            }
        } catch (IOException gone) {
            // the proxy is
        }
    }
}
