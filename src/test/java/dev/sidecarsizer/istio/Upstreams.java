package dev.sidecarsizer.istio;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The application behind a proxy: an HTTP port that answers 204, and one that sends back whatever comes. */
final class Upstreams implements AutoCloseable {

    /** A proxy that may be spoken to in TLS looks at five bytes before it hands on anything. */
    private static final byte[] WORDS = "SELECT 1;".getBytes(StandardCharsets.US_ASCII);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer http;
    private final ServerSocket echo;

    Upstreams() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
            echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        http.setExecutor(threads);
        http.start();
        threads.execute(this::accept);
    }

    int http() {
        return http.getAddress().getPort();
    }

    int echo() {
        return echo.getLocalPort();
    }

    /** Whether words come back through {@code connection}; false where it was cut. */
    static boolean isEchoed(Socket connection) {
        try {
            connection.setSoTimeout(5_000);
            connection.getOutputStream().write(WORDS);
            return Arrays.equals(connection.getInputStream().readNBytes(WORDS.length), WORDS);
        } catch (IOException cut) {
            return false;
        }
    }

    @Override
    public void close() {
        http.stop(0);
        try {
            echo.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }

    private void accept() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                threads.execute(() -> sendBack(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void sendBack(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException gone) {
            // there is nobody to send to any more
        }
    }
}
