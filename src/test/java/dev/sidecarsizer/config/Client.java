package dev.sidecarsizer.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A client on this machine that believes any certificate, as {@code curl -k} does. */
final class Client {

    static final SSLContext TRUSTING = trusting();
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder()
            .sslContext(TRUSTING)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final String base;

    /**
     * An answer.
     *
     * @param type its content type, empty for none
     */
    record Answer(int status, String type, String body) {}

    private Client(String base) {
        this.base = base;
    }

    static Client https(int port) {
        return new Client("https://localhost:" + port);
    }

    static Client http(int port) {
        return new Client("http://localhost:" + port);
    }

    /** The review that the docs show. */
    static byte[] example() {
        try {
            return Files.readAllBytes(Path.of("docs/examples/review.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer get(String path) throws IOException {
        return send(request(path).build());
    }

    Answer post(String path, byte[] review) throws IOException {
        return post(path, "application/json", BodyPublishers.ofByteArray(review));
    }

    Answer post(String path, String type, BodyPublisher body) throws IOException {
        return send(request(path).header("Content-Type", type).POST(body).build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
    }

    private Answer send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            return new Answer(
                    answer.statusCode(),
                    answer.headers().firstValue("Content-Type").orElse(""),
                    answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Believes anybody, whatever the name. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** A connection to {@code port} on which nothing was said yet. */
    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }
}
