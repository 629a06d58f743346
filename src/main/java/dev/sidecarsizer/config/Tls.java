package dev.sidecarsizer.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Optional;
import org.springframework.boot.ssl.SslBundles;

/** The certificates as they are right now. */
final class Tls {

    /** Name of the SSL bundle that the webhook serves with. */
    static final String BUNDLE = "webhook";

    private Tls() {}

    /** The certificate that is served. */
    static Optional<X509Certificate> server(SslBundles bundles) {
        try {
            KeyStore store = bundles.getBundle(BUNDLE).getStores().getKeyStore();
            if (store != null) {
                for (String alias : Collections.list(store.aliases())) {
                    Certificate certificate = store.getCertificate(alias);
                    if (certificate instanceof X509Certificate x509) {
                        return Optional.of(x509);
                    }
                }
            }
            return Optional.empty();
        } catch (GeneralSecurityException unreadable) {
            return Optional.empty();
        }
    }

    /** The CA's certificate that lies beside the server's; empty where there is none that can be read. */
    static Optional<X509Certificate> authority(Path directory) {
        Path file = directory.resolve("ca.crt");
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try (InputStream pem = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(pem) instanceof X509Certificate x509
                    ? Optional.of(x509)
                    : Optional.empty();
        } catch (IOException | GeneralSecurityException halfWritten) {
            return Optional.empty();
        }
    }
}
