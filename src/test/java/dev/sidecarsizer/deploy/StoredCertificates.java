package dev.sidecarsizer.deploy;

import dev.sidecarsizer.cluster.ControlPlane;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** What an API server holds of the webhook's certificates. */
record StoredCertificates(ControlPlane plane) {

    static final String NAMESPACE = "sidecar-sizer-system";
    static final String SECRET = "sidecar-sizer-tls";

    X509Certificate server() throws GeneralSecurityException {
        return certificates(pem("tls.crt")).getFirst();
    }

    X509Certificate authority() throws GeneralSecurityException {
        return certificates(pem("ca.crt")).getFirst();
    }

    /** The server's private key, DER. */
    byte[] key() {
        return Base64.getMimeDecoder().decode(pem("tls.key").replaceAll("-----[A-Z ]+-----", ""));
    }

    String secretVersion() {
        return secret().getMetadata().getResourceVersion();
    }

    /** The certificates in the caBundle of each of the two configurations. */
    List<List<X509Certificate>> bundles() throws GeneralSecurityException {
        var configurations = plane.admin().admissionRegistration().v1();
        String mutating = configurations
                .mutatingWebhookConfigurations()
                .withName("sidecar-sizer")
                .require()
                .getWebhooks()
                .getFirst()
                .getClientConfig()
                .getCaBundle();
        String validating = configurations
                .validatingWebhookConfigurations()
                .withName("sidecar-sizer-audit")
                .require()
                .getWebhooks()
                .getFirst()
                .getClientConfig()
                .getCaBundle();
        return List.of(certificates(decoded(mutating)), certificates(decoded(validating)));
    }

    private String pem(String key) {
        return decoded(Objects.requireNonNull(secret().getData().get(key), key));
    }

    private Secret secret() {
        return plane.admin().secrets().inNamespace(NAMESPACE).withName(SECRET).require();
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }

    private static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
    }
}
