package dev.sidecarsizer.cluster;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as this object, with keys on the curve P-256. */
public final class CertificateAuthority {

    private static final Duration LIFE = Duration.ofDays(30);
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    private final KeyPair keys = newKeys();
    private final X500Name name;
    private final X509Certificate certificate;

    /**
     * A certificate with its key, both PEM.
     *
     * @param certificate X.509
     * @param key PKCS#8, not encrypted
     */
    public record Issued(String certificate, String key) {}

    public CertificateAuthority(String commonName) {
        this.name = new X500Name("CN=" + commonName);
        X509v3CertificateBuilder builder = builder(name, keys, LIFE);
        add(builder, Extension.basicConstraints, true, new BasicConstraints(0));
        add(builder, Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        this.certificate = sign(builder);
    }

    /** This authority's own certificate, PEM. */
    public String pem() {
        return pemOf(certificate);
    }

    /**
     * A server's and client's certificate.
     *
     * @param commonName its subject
     * @param names what it may be used for, as subject alternative names: {@code DNS:…}, {@code IP:…}, {@code URI:…}
     */
    public Issued issue(String commonName, List<String> names) {
        return issue(commonName, names, LIFE);
    }

    /** The same, valid from now for {@code life}. */
    public Issued issue(String commonName, List<String> names, Duration life) {
        KeyPair own = newKeys();
        X509v3CertificateBuilder builder = builder(new X500Name("CN=" + commonName), own, life);
        add(builder, Extension.basicConstraints, true, new BasicConstraints(false));
        add(builder, Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        add(builder, Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
        }));
        GeneralName[] alternatives =
                names.stream().map(CertificateAuthority::generalName).toArray(GeneralName[]::new);
        add(builder, Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
        return new Issued(pemOf(sign(builder)), pemOf(own.getPrivate()));
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    /** A key or certificate as PEM; private keys as PKCS#8, which is what the JDK and Go both read. */
    static String pemOf(Object keyOrCertificate) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
            pem.writeObject(
                    keyOrCertificate instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : keyOrCertificate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private X509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKeys, Duration life) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(127, new SecureRandom()),
                Date.from(now.minus(CLOCKS_DIFFER)),
                Date.from(now.plus(life)),
                subject,
                subjectKeys.getPublic());
    }

    private X509Certificate sign(X509v3CertificateBuilder builder) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a certificate", e);
        }
    }

    private static void add(
            X509v3CertificateBuilder builder, ASN1ObjectIdentifier extension, boolean critical, ASN1Encodable value) {
        try {
            builder.addExtension(extension, critical, value);
        } catch (CertIOException e) {
            throw new IllegalStateException("cannot write a certificate", e);
        }
    }

    private static GeneralName generalName(String alternative) {
        int colon = alternative.indexOf(':');
        String value = alternative.substring(colon + 1);
        return switch (alternative.substring(0, colon)) {
            case "DNS" -> new GeneralName(GeneralName.dNSName, value);
            case "IP" -> new GeneralName(GeneralName.iPAddress, value);
            case "URI" -> new GeneralName(GeneralName.uniformResourceIdentifier, value);
            default -> throw new IllegalArgumentException(alternative + ": begin with DNS:, IP: or URI:");
        };
    }
}
