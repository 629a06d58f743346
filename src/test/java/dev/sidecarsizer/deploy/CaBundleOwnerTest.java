package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The caBundle has exactly one owner: two would take turns undoing each other. */
class CaBundleOwnerTest {

    private static final Path OVERLAYS = Manifests.DEPLOY.resolve("overlays");

    @Test
    void noManifestCarriesOne() throws IOException {
        try (Stream<Path> files = Files.walk(Manifests.DEPLOY)) {
            List<Path> yaml = files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !file.toString().contains("templates"))
                    .toList();
            assertThat(yaml).hasSizeGreaterThan(15);
            for (Path file : yaml) {
                assertThat(Manifests.in(file).objects()).as(file.toString()).allSatisfy(object -> assertThat(
                                object.findValues("caBundle"))
                        .isEmpty());
            }
        }
    }

    @Test
    void opensslOverlayLeavesItToScripts() {
        assertThat(Manifests.kustomization(OVERLAYS.resolve("openssl"))
                        .path("patches")
                        .isMissingNode())
                .isTrue();
        assertThat(Manifests.listedIn(OVERLAYS.resolve("openssl")).objects())
                .noneSatisfy(object ->
                        assertThat(object.path("apiVersion").asString()).startsWith("cert-manager.io"));
    }

    @Test
    void certManagerOverlayLeavesItToInjector() {
        Manifests overlay = Manifests.listedIn(OVERLAYS.resolve("cert-manager"));
        assertThat(Manifests.kustomization(OVERLAYS.resolve("cert-manager"))
                        .at("/patches/0/patch")
                        .asString())
                .contains("cert-manager.io/inject-ca-from: sidecar-sizer-system/sidecar-sizer");
        assertThat(overlay.named("Certificate", "sidecar-sizer").at("/spec/secretName"))
                .isEqualTo(overlay.only("Deployment").at("/spec/template/spec/volumes/0/secret/secretName"));
        assertThat(overlay.named("Certificate", "sidecar-sizer")
                        .at("/spec/dnsNames/0")
                        .asString())
                .isEqualTo("sidecar-sizer.sidecar-sizer-system.svc");
    }
}
