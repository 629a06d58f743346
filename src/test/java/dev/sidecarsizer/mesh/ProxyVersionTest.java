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
        "vendor.example/mesh/proxyv2:1.29.2-asm.3-presto, 29",
        "gke.gcr.io/asm/proxyv2:1.28.5-asm.9, 28",
        "vendor.example/mesh/proxyv2:1.31.0-gke.1, 31",
        "mcr.microsoft.com/oss/istio/proxyv2:1.17.2-distroless, 17",
        "mcr.microsoft.com/oss/v2/istio/proxyv2:v1.28.3-2, 28",
        "containers.istio.tetratelabs.com/proxyv2:1.12.2-tetratefips-v0, 12",
        "vendor.example/mesh/proxyv2:1.30.2-solo-fips, 30",
        "vendor.example/gloo-mesh/proxyv2:1.27.3-patch0-solo-fips-distroless, 27",
        "cgr.dev/chainguard-private/istio-proxy:1.22.4-r1, 22",
        "build-harbor.alauda.cn/asm/proxyv2:1.26.3-asm-r0, 26",
        "registry-vpc.cn-beijing.aliyuncs.com/acs/proxyv2:v1.14.3.47-ga31201346f-aliyun, 14",
        "vendor.example/mesh/istio-proxy:1.29.2-debian13-r1, 29",
        "vendor.example/mesh/proxyv2:1.31.0.12, 31"
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
        "1.31.0-devel, 30",
        "1.31.0-development, 30",
        "1.31.0-prerelease, 30",
        "1.31.0-predev, 30",
        "1.31.0-unstable, 30",
        "1.31.0-canary, 30",
        "1.31.0-m1, 30",
        "1.31.0-milestone1, 30",
        "1.31.0-ea, 30",
        "1.31.0-0, 30",
        "1.31.0-0.20260101, 30",
        "1.31.0-20260101, 30",
        "1.31.20260101, 30",
        "1.31.0-g512e1cfc6c15, 30",
        "1.28-dev, 27",
        "1.0-dev, 0"
    })
    void countsABuildFromBeforeAReleaseAsTheReleaseBefore(String tag, int minor) {
        assertThat(ProxyVersion.parse(tag)).contains(new ProxyVersion(1, minor));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.31.0-acme",
                "1.31.0-acme.3",
                "1.31.0-premium",
                "1.31.0-fips2go",
                "1.31.0-fips-acme",
                "1.31.0+fips"
            })
    void countsWhatNobodyKnowsAsTheReleaseBeforeToo(String tag) {
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
