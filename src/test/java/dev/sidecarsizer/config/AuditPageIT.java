package dev.sidecarsizer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who sees the audit page of the jar as it is shipped, and how it is sent. */
class AuditPageIT {

    private static final List<String> PATHS = List.of(
            "/audit/",
            "/audit/workloads",
            "/audit/data/mesh",
            "/audit/data/workloads",
            "/audit/data/workload?namespace=shop&kind=Deployment&name=reviews",
            "/audit/data/decisions",
            "/audit/data/what-if",
            "/audit/data/words",
            "/audit/nothing",
            "/");

    @SuppressWarnings("NullAway.Init")
    private static WebhookProcess webhook;

    /** With what a pod's environment has, by which Spring Boot believes to be behind a proxy. */
    @BeforeAll
    static void start() {
        webhook = WebhookProcess.start(
                Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1", "KUBERNETES_SERVICE_PORT", "443"),
                "--spring.profiles.active=local",
                "--sidecar-sizer.profiles.directory=docs/examples/shop");
        webhook.awaitReady();
    }

    @AfterAll
    static void end() {
        webhook.close();
    }

    /**
     * What was heard.
     *
     * @param headers by their names in lower case
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Heard(int status, Map<String, String> headers, byte[] body) {

        String text() throws IOException {
            return new String(
                    "gzip".equals(headers.get("content-encoding"))
                            ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
                            : body,
                    StandardCharsets.UTF_8);
        }
    }

    @Test
    void kubectlPortForwardComesFromLoopback() throws IOException {
        for (String path : PATHS) {
            assertThat(ask("127.0.0.1", "GET", path, "Host: localhost:8080").status())
                    .as(path)
                    .isIn(allowed(path));
        }
    }

    private static List<Integer> allowed(String path) {
        return switch (path) {
            case "/" -> List.of(302);
            case "/audit/nothing" -> List.of(404);
            case "/audit/data/what-if" -> List.of(200, 202);
            default -> List.of(200);
        };
    }

    @Test
    void aProxyBesideUsDoesNot() throws IOException {
        for (String path : PATHS) {
            expectRefusal(path, ask("127.0.0.6", "GET", path, "Host: localhost:8080"));
        }
    }

    @Test
    void neitherDoesAnotherPod() throws IOException {
        Optional<InetAddress> own = ownAddress();
        assertThat(own).as("an address of this machine that is not loopback").isPresent();
        for (String path : PATHS) {
            expectRefusal(path, ask(own.get(), own.get().getHostAddress(), "GET", path, "Host: localhost:8080"));
        }
    }

    /** The first page of a stranger's whose name points to loopback; the others claim to be elsewhere. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example:8080",
                "Host: localhost.evil.example",
                "Host: 10.0.0.7:8080",
                "Host: evil.example\r\nX-Forwarded-Host: localhost:8080"
            })
    void noStrangersNameIsBelieved(String host) throws IOException {
        for (String path : PATHS) {
            expectRefusal(path, ask("127.0.0.1", "GET", path, host));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 127.0.0.1",
                "Forwarded: for=127.0.0.1;host=localhost",
                "X-Real-IP: 127.0.0.1",
                "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 8080"
            })
    void nobodyIsTakenForAnotherByHisWord(String claim) throws IOException {
        for (String path : PATHS) {
            expectRefusal(path, ask("127.0.0.6", "GET", path, "Host: localhost\r\n" + claim));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"})
    void nothingCanBeDoneThere(String method) throws IOException {
        for (String path : PATHS) {
            Heard heard = ask("127.0.0.1", method, path, "Host: localhost\r\nContent-Length: 0");

            assertThat(heard.status()).as(path).isEqualTo(405);
            assertThat(heard.headers()).containsEntry("allow", "GET, HEAD");
        }
    }

    @Test
    void aBrowserIsToldToTrustNothingElse() throws IOException {
        for (String path : PATHS) {
            assertThat(ask("127.0.0.1", "GET", path, "Host: localhost").headers())
                    .as(path)
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsEntry("referrer-policy", "no-referrer")
                    .containsEntry("cross-origin-resource-policy", "same-origin")
                    .hasEntrySatisfying("content-security-policy", policy -> assertThat(policy)
                            .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                            .doesNotContain("unsafe", "http:", "https:", "*"))
                    .doesNotContainKey("set-cookie")
                    .doesNotContainKey("access-control-allow-origin");
        }
    }

    @Test
    void isSentAsGzipToWhoTakesIt() throws IOException {
        Heard plain = ask("127.0.0.1", "GET", "/audit/data/words", "Host: localhost");
        Heard small = ask("127.0.0.1", "GET", "/audit/data/words", "Host: localhost\r\nAccept-Encoding: gzip, br");
        Heard refused = ask("127.0.0.1", "GET", "/audit/data/words", "Host: localhost\r\nAccept-Encoding: gzip;q=0");

        assertThat(plain.headers()).doesNotContainKey("content-encoding");
        assertThat(refused.headers()).doesNotContainKey("content-encoding");
        assertThat(small.headers())
                .containsEntry("content-encoding", "gzip")
                .containsEntry("cache-control", "no-store");
        assertThat(small.body().length).isLessThan(plain.body().length / 2);
        assertThat(small.text()).isEqualTo(plain.text());
    }

    @Test
    void aFileThatABrowserHasIsNotSentAgain() throws IOException {
        Heard first = ask("127.0.0.1", "GET", "/audit/", "Host: localhost");
        Heard again = ask(
                "127.0.0.1",
                "GET",
                "/audit/",
                "Host: localhost\r\nIf-None-Match: " + first.headers().get("etag"));

        assertThat(first.body()).isNotEmpty();
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void aHeadHasNoBody() throws IOException {
        Heard heard = ask("127.0.0.1", "HEAD", "/audit/data/words", "Host: localhost");

        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.body()).isEmpty();
    }

    @Test
    void metricsAndHealthAnswerEverybodyAsBefore() throws IOException {
        for (String path : List.of("/metrics", "/health")) {
            assertThat(ask("127.0.0.6", "GET", path, "Host: scraped.example").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whoIsRefusedIsNotLogged() throws IOException {
        int logged = webhook.log().length();

        ask("127.0.0.6", "GET", "/audit/s3cr3tmarker", "Host: localhost");
        ask("127.0.0.6", "GET", "/audit/../s3cr3tmarker", "Host: localhost");
        ask(
                "127.0.0.1",
                "GET",
                "/audit/s3cr3tmarker?token=s3cr3tmarker",
                "Host: localhost\r\nAuthorization: Bearer s3cr3tmarker");

        assertThat(webhook.log().substring(logged)).isEmpty();
    }

    private static void expectRefusal(String path, Heard heard) throws IOException {
        assertThat(heard.status()).as(path).isEqualTo(403);
        assertThat(heard.text())
                .contains("kubectl -n sidecar-sizer-system port-forward deploy/sidecar-sizer 8080")
                .doesNotContain("reviews", "workloads\"");
        assertThat(heard.headers().get("content-type"))
                .startsWith(path.startsWith("/audit/data/") ? "application/json" : "text/html");
    }

    private static Optional<InetAddress> ownAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst();
    }

    private static Heard ask(String from, String method, String path, String headers) throws IOException {
        return ask(InetAddress.ofLiteral("127.0.0.1"), from, method, path, headers);
    }

    /** Asks from an address of one's own, with what headers one likes. */
    private static Heard ask(InetAddress to, String from, String method, String path, String headers)
            throws IOException {
        try (Socket socket = new Socket(to, webhook.managementPort(), InetAddress.ofLiteral(from), 0)) {
            socket.setSoTimeout((int) Client.PATIENCE.toMillis());
            socket.getOutputStream()
                    .write((method + " " + path + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            return heard(socket.getInputStream().readAllBytes());
        }
    }

    private static Heard heard(byte[] all) {
        String text = new String(all, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        List<String> lines = new ArrayList<>(List.of(text.substring(0, end).split("\r\n", -1)));
        Map<String, String> headers = new TreeMap<>();
        lines.subList(1, lines.size()).forEach(line -> {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        });
        String body = text.substring(end + 4);
        String whole = "chunked".equals(headers.get("transfer-encoding")) ? unchunked(body) : body;
        return new Heard(
                Integer.parseInt(lines.getFirst().split(" ", -1)[1]),
                headers,
                whole.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String unchunked(String chunks) {
        StringBuilder whole = new StringBuilder();
        int at = 0;
        while (true) {
            int end = chunks.indexOf("\r\n", at);
            int length = Integer.parseInt(chunks.substring(at, end), 16);
            if (length == 0) {
                return whole.toString();
            }
            whole.append(chunks, end + 2, end + 2 + length);
            at = end + 2 + length + 2;
        }
    }
}
