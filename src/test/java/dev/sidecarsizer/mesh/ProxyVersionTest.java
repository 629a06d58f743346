package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyVersionTest {

    @ParameterizedTest
    @CsvSource({
        "docker.io/istio/proxyv2:1.31.0, 31",
        "docker.io/istio/proxyv2:1.28.3-distroless, 28",
        "registry.example:5000/istio/proxyv2:1.30, 30",
        "proxyv2:v1.29.1, 29",
        "vendor.example/mesh/proxyv2:1.29.2-asm.4, 29",
        "vendor.example/mesh/proxyv2:1.30.0-tetrate-v0, 30",
        "vendor.example/mesh/proxyv2:1.30.0-solo-fips-distroless, 30",
        "vendor.example/mesh/proxyv2:1.31.0-patch1-solo, 31",
        "vendor.example/mesh/proxyv2:1.29.2-fips, 29",
        "vendor.example/mesh/proxyv2:1.29.2-debug, 29",
        "vendor.example/mesh/proxyv2:1.29.2-asm.3-presto, 29"
    })
    void isTheMinorReleaseThatTheTagNames(String image, int minor) {
        assertThat(ProxyVersion.ofImage(image)).contains(new ProxyVersion(1, minor));
    }

    @ParameterizedTest
    @CsvSource({
        "1.30-dev, 29",
        "1.30-alpha.4c2d1f, 29",
        "1.31.0-rc.0, 30",
        "1.31.0-rc1, 30",
        "1.31.0-beta.2-distroless, 30",
        "1.31.dev, 30",
        "1.31.0.dev5, 30",
        "1.31.0-Dev, 30",
        "1.31.0rc1, 30",
        "1.31.0-RC2, 30",
        "1.31.0-pre, 30",
        "1.31.0-pre.1, 30",
        "1.31.0-preview-2, 30",
        "1.31.0-nightly-20261101, 30",
        "1.31.0_SNAPSHOT, 30",
        "1.31-SNAPSHOT, 30",
        "1.31.0-distroless-dev, 30",
        "1.28-dev, 27",
        "1.0-dev, 0"
    })
    void countsABuildFromBeforeAReleaseAsTheReleaseBefore(String tag, int minor) {
        assertThat(ProxyVersion.parse(tag)).contains(new ProxyVersion(1, minor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.30.0-development", "1.30.0-premium", "1.30.0-arch"})
    void isNotTakenInByWordsThatOnlyBeginLikeAPrerelease(String tag) {
        assertThat(ProxyVersion.parse(tag)).contains(new ProxyVersion(1, 30));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker.io/istio/proxyv2",
                "docker.io/istio/proxyv2:latest",
                "docker.io/istio/proxyv2:1",
                "registry.example:5000/istio/proxyv2",
                "docker.io/istio/proxyv2@sha256:6b3ed8ee0fcc9d5e7d3ffbd2e6f9d7f2a3c1d0b5a4e8f7c6b5a4d3e2f1a0b9c8",
                "docker.io/istio/proxyv2:1.31.0@sha256:6b3ed8ee0fcc9d5e7d3ffbd2e6f9d7f2a3c1d0b5a4e8f7c6b5a4d3e2f1a0b9c8",
                "vendor.example/mesh/proxyv2:25.1",
                "vendor.example/mesh/proxyv2:2026.11.1",
                "auto",
                ""
            })
    void isNotGuessed(String image) {
        assertThat(ProxyVersion.ofImage(image)).isEmpty();
    }

    @Test
    void isOrderedByNumberNotByText() {
        assertThat(new ProxyVersion(1, 28))
                .isGreaterThan(new ProxyVersion(1, 9))
                .hasToString("1.28");
        assertThat(new ProxyVersion(1, 30).isAtLeast(1, 30)).isTrue();
        assertThat(new ProxyVersion(1, 29).isAtLeast(1, 30)).isFalse();
        assertThat(new ProxyVersion(2, 0).isAtLeast(1, 30)).isTrue();
    }
}
