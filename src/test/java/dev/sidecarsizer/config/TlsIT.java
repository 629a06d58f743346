package dev.sidecarsizer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sidecarsizer.Waits;
import dev.sidecarsizer.cluster.CertificateAuthority;
import dev.sidecarsizer.cluster.CertificateAuthority.Issued;
import dev.sidecarsizer.install.Pause;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;

/** The webhook's certificate, from PEM files as in a cluster. */
class TlsIT {

    private static final String EXPIRY = "sidecar_sizer_certificate_expiry_seconds{certificate=\"server\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Longer than the server waits for files to be quiet, {@code spring.ssl.bundle.watch.file.quiet-period}. */
    private static final Duration NOTICE = Duration.ofSeconds(3);

    private static final CertificateAuthority AUTHORITY = new CertificateAuthority("tls");

    private static final byte ALERT = 21;
    private static final byte FATAL = 2;
    private static final byte PROTOCOL_VERSION = 70;

    @TempDir
    static Path folder;

    @Waits
    void certificatesChangeUnderLoadWithoutAFailedCall() throws Exception {
        MountedSecret secret = new MountedSecret(Files.createDirectory(folder.resolve("mounted")));
        secret.hold(issued(10), AUTHORITY.pem());
        try (WebhookProcess webhook = WebhookProcess.clusterAway(secret.path(), "--sidecar-sizer.shutdown.drain=0s");
                Load load = Load.on(webhook)) {
            for (int days = 20; days <= 40; days += 10) {
                Issued next = issued(days);
                secret.hold(next, AUTHORITY.pem());
                awaitServed(webhook, next);
                assertThat(webhook.metric(EXPIRY)).isCloseTo(seconds(days), within(120.0));
            }

            load.stop();
            assertThat(load.failures()).isEmpty();
            assertThat(load.calls()).isGreaterThan(100);
            assertThat(load.connections()).isGreaterThan(10);
        }
    }

    @Waits
    void withoutACertificateTheStartEndsWithTheFolderAndTheRemedy() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        try (WebhookProcess webhook = WebhookProcess.start(Map.of(), "--sidecar-sizer.tls.directory=" + empty)) {
            assertThat(webhook.awaitExit(Duration.ofSeconds(60))).isNotZero();

            assertThat(webhook.log())
                    .contains("sidecar-sizer.tls.directory " + empty, "tls.key", "certs.sh")
                    .doesNotContain("stack_trace");
        }
    }

    @Waits
    void whatDoesNotFitOrIsHalfWrittenLeavesTheOldCertificate() throws Exception {
        Path files = Files.createDirectory(folder.resolve("files"));
        Issued first = issued(10);
        write(files, first.certificate(), first.key());
        Files.writeString(files.resolve("ca.crt"), AUTHORITY.pem());
        try (WebhookProcess webhook = WebhookProcess.clusterAway(files, "--sidecar-sizer.shutdown.drain=0s")) {
            Issued second = issued(20);

            int logged = webhook.log().length();
            write(files, second.certificate(), first.key());
            Pause.until("that is told", PATIENCE, () -> webhook.log()
                    .substring(logged)
                    .contains("certificate"));
            assertThat(served(webhook)).isEqualTo(parsed(first));
            assertThat(webhook.metric(EXPIRY)).isCloseTo(seconds(10), within(120.0));
            assertThat(webhook.log()).doesNotContain("PRIVATE KEY");

            write(files, second.certificate().substring(0, 200), second.key().substring(0, 30));
            Pause.ofMillis(NOTICE.toMillis());
            assertThat(served(webhook)).isEqualTo(parsed(first));

            write(files, "", "");
            Pause.ofMillis(NOTICE.toMillis());
            assertThat(served(webhook)).isEqualTo(parsed(first));

            write(files, second.certificate(), second.key());
            awaitServed(webhook, second);
            assertThat(webhook.https().post("/mutate", Client.example()).status())
                    .isEqualTo(200);
            assertThat(shakeHands(webhook, "TLSv1.2")).isEqualTo("TLSv1.2");
            assertThat(shakeHands(webhook, "TLSv1.3")).isEqualTo("TLSv1.3");
            assertThat(answerToTls11(webhook)).containsExactly(ALERT, FATAL, PROTOCOL_VERSION);
            // a cluster without an API server is no reason to be dead, and one to be unready
            assertThat(webhook.https().get("/livez").status()).isEqualTo(200);
            assertThat(webhook.https().get("/readyz").status()).isEqualTo(503);
        }
    }

    private static double seconds(int days) {
        return (double) Duration.ofDays(days).toSeconds();
    }

    private static Issued issued(int days) {
        return AUTHORITY.issue("webhook", List.of("DNS:localhost"), Duration.ofDays(days));
    }

    private static void write(Path files, String certificate, String key) throws IOException {
        Files.writeString(files.resolve("tls.crt"), certificate);
        Files.writeString(files.resolve("tls.key"), key);
    }

    private static void awaitServed(WebhookProcess webhook, Issued issued) throws GeneralSecurityException {
        Certificate wanted = parsed(issued);
        Pause.until("the new certificate is served", PATIENCE, () -> {
            try {
                return served(webhook).equals(wanted);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Certificate parsed(Issued issued) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(issued.certificate().getBytes(StandardCharsets.US_ASCII)));
    }

    private static Certificate served(WebhookProcess webhook) throws IOException {
        try (SSLSocket socket = socket(webhook)) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static String shakeHands(WebhookProcess webhook, String protocol) throws IOException {
        try (SSLSocket socket = socket(webhook)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return socket.getSession().getProtocol();
        }
    }

    private static SSLSocket socket(WebhookProcess webhook) throws IOException {
        return (SSLSocket) Client.TRUSTING
                .getSocketFactory()
                .createSocket(Client.connect(webhook.port()), "localhost", webhook.port(), true);
    }

    /** The JDK's client speaks no TLS 1.1 any more, so this is its first message as bytes: record, hello, two ciphers. */
    private static byte[] answerToTls11(WebhookProcess webhook) throws IOException {
        ByteBuffer hello = ByteBuffer.allocate(52);
        hello.put((byte) 22).putShort((short) 0x0301).putShort((short) 47);
        hello.put((byte) 1).put((byte) 0).putShort((short) 43);
        hello.putShort((short) 0x0302).put(new byte[32]).put((byte) 0);
        hello.putShort((short) 4).putShort((short) 0xc009).putShort((short) 0x002f);
        hello.put((byte) 1).put((byte) 0);
        try (Socket socket = Client.connect(webhook.port())) {
            socket.getOutputStream().write(hello.array());
            byte[] answer = socket.getInputStream().readNBytes(7);
            return new byte[] {answer[0], answer[5], answer[6]};
        }
    }
}
