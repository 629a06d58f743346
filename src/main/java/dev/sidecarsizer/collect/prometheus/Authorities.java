package dev.sidecarsizer.collect.prometheus;

import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/** Whom to trust in TLS. */
public final class Authorities {

    private Authorities() {}

    /**
     * Trusts those in a PEM file alone.
     *
     * @param file {@code null} for the JDK's own list, which is said by {@code null}
     * @throws RuntimeException where it cannot be read, or holds no certificate
     */
    public static @Nullable SSLContext in(@Nullable Path file) {
        return file == null
                ? null
                : SslBundle.of(new PemSslStoreBundle(null, PemSslStoreDetails.forCertificates("file:" + file)))
                        .createSslContext();
    }
}
