package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.cluster.Command;
import dev.sidecarsizer.cluster.ControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The script that makes the certificate, on an API server of its own: it changes what all its users share. */
@Tag("mesh")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertsScriptIT {

    private static final String MUTATING = "mutatingwebhookconfiguration/sidecar-sizer";
    private static final String VALIDATING = "validatingwebhookconfiguration/sidecar-sizer-audit";
    private static final Path OVERLAY = Manifests.DEPLOY.resolve("overlays/openssl");

    private final Path folder;
    private final ControlPlane plane;
    private final CertsScript script;
    private final StoredCertificates stored;

    CertsScriptIT(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.plane = ControlPlane.start(ControlPlane.Wanted.byDefault());
        this.script = new CertsScript(plane.kubectl(), folder);
        this.stored = new StoredCertificates(plane);
    }

    @AfterAll
    void endPlane() {
        plane.close();
    }

    @BeforeEach
    void deployAnew() {
        plane.admin()
                .secrets()
                .inNamespace(StoredCertificates.NAMESPACE)
                .withName(StoredCertificates.SECRET)
                .delete();
        script.kubectl("delete", "--ignore-not-found", MUTATING);
        script.kubectl("delete", "--ignore-not-found", VALIDATING);
        plane.apply(plane.render(OVERLAY));
    }

    @Test
    void makesCertificateThatJdkAccepts() throws Exception {
        assertThat(script.says("install")).contains("wrote Secret sidecar-sizer-system/sidecar-sizer-tls");

        X509Certificate authority = stored.authority();
        X509Certificate server = stored.server();
        server.verify(authority.getPublicKey());
        server.checkValidity();
        assertThat(((ECPublicKey) server.getPublicKey()).getParams().getOrder().bitLength())
                .isEqualTo(256);
        assertThat(server.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly(
                        "sidecar-sizer.sidecar-sizer-system.svc",
                        "sidecar-sizer.sidecar-sizer-system.svc.cluster.local");
        assertThat(server.getExtendedKeyUsage()).as("server authentication").containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(server.getBasicConstraints()).as("no CA").isEqualTo(-1);
        assertThat(authority.getBasicConstraints()).as("signs no CA").isZero();
        assertThat(Duration.between(Instant.now(), server.getNotAfter().toInstant()))
                .isBetween(Duration.ofDays(364), Duration.ofDays(366));
        assertThat(KeyFactory.getInstance("EC")
                        .generatePrivate(new PKCS8EncodedKeySpec(stored.key()))
                        .getAlgorithm())
                .isEqualTo("EC");
        assertThat(stored.bundles()).containsExactly(List.of(authority), List.of(authority));
    }

    @Test
    void changesNothingTheSecondTime() throws Exception {
        script.says("install");
        String version = stored.secretVersion();
        List<List<X509Certificate>> bundles = stored.bundles();

        assertThat(script.says("install"))
                .startsWith("the certificate is valid until")
                .hasLineCount(1);

        assertThat(stored.secretVersion()).isEqualTo(version);
        assertThat(stored.bundles()).isEqualTo(bundles);
        assertThat(script.says("status")).contains("valid until");
    }

    @Test
    void rotationKeepsOldAuthorityUntilDone() throws Exception {
        script.says("install");
        X509Certificate old = stored.authority();

        script.says("rotate");

        X509Certificate fresh = stored.authority();
        assertThat(fresh).isNotEqualTo(old);
        assertThat(stored.bundles()).allSatisfy(bundle -> assertThat(bundle).containsExactlyInAnyOrder(old, fresh));
        assertThat(script.refuses("finish"))
                .contains("a replica may still serve the old one: wait")
                .contains("--force");
        assertThat(stored.bundles()).allSatisfy(bundle -> assertThat(bundle).hasSize(2));

        script.says("finish", "--settle", "0");

        assertThat(stored.bundles()).containsExactly(List.of(fresh), List.of(fresh));
    }

    @Test
    void rotatingAgainBeforeTheEndLosesNoAuthorityInUse() throws Exception {
        script.says("install");
        X509Certificate first = stored.authority();
        script.says("rotate");
        X509Certificate second = stored.authority();

        script.says("rotate");

        X509Certificate third = stored.authority();
        assertThat(stored.bundles())
                .allSatisfy(bundle -> assertThat(bundle).containsExactlyInAnyOrder(first, second, third));
    }

    @Test
    void rotatesInOneGoWhereItMayWait() throws Exception {
        script.says("install");
        assertThat(script.says("rotate", "--wait", "--settle", "1")).contains("waiting 1 s");
        X509Certificate fresh = stored.authority();
        assertThat(stored.bundles()).containsExactly(List.of(fresh), List.of(fresh));
    }

    @Test
    void renewsBeforeTheEnd() throws Exception {
        script.says("install", "--days", "20");
        X509Certificate ending = stored.server();

        assertThat(script.says("install")).contains("within 30 days: renewing it");

        assertThat(stored.server()).isNotEqualTo(ending);
        assertThat(stored.bundles()).allSatisfy(bundle -> assertThat(bundle).hasSize(2));
    }

    @Test
    void replacesKeyOfAnotherCertificate() throws Exception {
        script.says("install");
        Path other = folder.resolve("other");
        script.says("make", other.toString());
        String foreign = Base64.getEncoder().encodeToString(Files.readAllBytes(other.resolve("tls.key")));
        script.kubectl(
                "--namespace=" + StoredCertificates.NAMESPACE,
                "patch",
                "secret",
                StoredCertificates.SECRET,
                "--patch={\"data\":{\"tls.key\":\"" + foreign + "\"}}");

        assertThat(script.refuses("status"))
                .contains("the key is not the certificate's")
                .contains("certs.sh install");
        assertThat(script.says("install")).contains("the key is not the certificate's: making one");
        assertThat(script.says("status")).contains("valid until");
    }

    @Test
    void applyingManifestsAgainLeavesBundleAlone() throws Exception {
        script.says("install");
        List<List<X509Certificate>> bundles = stored.bundles();
        assertThat(bundles).allSatisfy(bundle -> assertThat(bundle).hasSize(1));

        plane.apply(plane.render(OVERLAY));

        assertThat(stored.bundles()).isEqualTo(bundles);
    }

    @Test
    void leavesBundleToCertManagerWhereThatOwnsIt() {
        script.kubectl("annotate", MUTATING, "cert-manager.io/inject-ca-from=sidecar-sizer-system/sidecar-sizer");
        assertThat(script.refuses("install"))
                .contains("gets its caBundle from cert-manager")
                .contains("use deploy/overlays/openssl");
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(script.refuses("status")).contains("there is no certificate: run \"certs.sh install\"");
        assertThat(script.refuses("install", "--namespace", "nowhere"))
                .contains("namespace nowhere cannot be read")
                .contains("apply deploy/overlays/openssl");
        assertThat(script.refuses("instal")).contains("\"instal\" is no command: see --help");
        assertThat(script.refuses("install", "--days", "ten")).contains("--days wants a number, not \"ten\"");
        assertThat(script.says("--help"))
                .contains("Usage: certs.sh COMMAND")
                .contains("rotate")
                .contains("--settle");
    }

    @Test
    void shellcheckFindsNothing() {
        Command.Outcome outcome = new Command(List.of("shellcheck", CertsScript.PATH)).run();
        assertThat(outcome.ok()).as(outcome.out()).isTrue();
    }
}
