package dev.sidecarsizer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One version: the build's, without its -SNAPSHOT. */
class VersionsTest {

    private final String version = versionOfBuild();

    @Test
    void deploymentHasIt() {
        JsonNode deployment =
                Manifests.listedIn(Manifests.DEPLOY.resolve("base")).only("Deployment");
        assertThat(deployment.at("/spec/template/spec/containers/0/image").asString())
                .isEqualTo("sidecar-sizer:" + version);
        for (String place : new String[] {"/metadata/labels", "/spec/template/metadata/labels"}) {
            assertThat(deployment.at(place).path("app.kubernetes.io/version").asString())
                    .isEqualTo(version);
        }
    }

    @Test
    void chartHasIt() {
        JsonNode chart = Manifests.in(Manifests.DEPLOY.resolve("helm/sidecar-sizer/Chart.yaml"))
                .objects()
                .getFirst();
        assertThat(chart.path("version").asString()).isEqualTo(version);
        assertThat(chart.path("appVersion").asString()).isEqualTo(version);
    }

    private static String versionOfBuild() {
        try {
            Matcher own = Pattern.compile("<artifactId>sidecar-sizer</artifactId>\\s*<version>([^<]+)</version>")
                    .matcher(Files.readString(Path.of("pom.xml")));
            assertThat(own.find()).isTrue();
            return own.group(1).replace("-SNAPSHOT", "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
