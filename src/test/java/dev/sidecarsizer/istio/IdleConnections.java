package dev.sidecarsizer.istio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Clients that ask once over HTTP/1.1, and keep their connections. */
final class IdleConnections implements AutoCloseable {

    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: reviews\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress proxy;
    private final Selector open = Selector.open();

    IdleConnections(int port) throws IOException {
        proxy = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** So many more, each answered. */
    void come(int count) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(4096);
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open(proxy);
            client.write(ByteBuffer.wrap(REQUEST));
            if (client.read(answer.clear()) <= 0) {
                throw new IllegalStateException("client " + i + " got no answer");
            }
            client.configureBlocking(false);
            client.register(open, SelectionKey.OP_READ);
        }
    }

    /** Whether the proxy has closed all of them. */
    boolean isGone() throws IOException {
        ByteBuffer nothing = ByteBuffer.allocate(1);
        open.select(
                key -> {
                    try {
                        SocketChannel client = (SocketChannel) key.channel();
                        if (client.read(nothing.clear()) < 0) {
                            client.close();
                        }
                    } catch (IOException reset) {
                        key.cancel();
                    }
                },
                1);
        return open.keys().isEmpty();
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : open.keys()) {
            key.channel().close();
        }
        open.close();
    }
}
