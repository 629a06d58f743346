package dev.sidecarsizer.config;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.X509TrustManager;

/** Trusts one server certificate and no other, whoever signed it. */
final class PinnedCertificate implements X509TrustManager {

    private final Supplier<Optional<X509Certificate>> pinned;

    PinnedCertificate(Supplier<Optional<X509Certificate>> pinned) {
        this.pinned = pinned;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        if (chain.length == 0 || !pinned.get().filter(chain[0]::equals).isPresent()) {
            throw new CertificateException("not our own certificate");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("no client is expected");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
