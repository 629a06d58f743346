package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.collect.prometheus.PrometheusSettings.Access;
import dev.sidecarsizer.mesh.Bytes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusSettingsTest {

    private static final URI URL = URI.create("http://prometheus:9090");

    @ParameterizedTest
    @ValueSource(strings = {"cluster=\"prod\"", "a!=\"b\", c=~\"d|e\",", "a!~\"x\\\"y\""})
    void matchersArePromqls(String matchers) {
        assertThat(with(matchers).matchers()).isEqualTo(matchers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "cluster=prod", "cluster=\"prod\"}", "cluster==\"a\"", "a=\"b\" c=\"d\"", "a=\"b"})
    void otherMatchersAreRefused(String matchers) {
        assertThatThrownBy(() -> with(matchers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sidecar-sizer.collect.prometheus.matchers \"" + matchers + "\": must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prometheus:9090", "ftp://prometheus", "http:///x", "http://p/?a=b", "/prometheus"})
    void anAddressThatIsNoneIsRefused(String url) {
        assertThatThrownBy(() -> PrometheusSettings.of(URI.create(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sidecar-sizer.collect.prometheus.url \"" + url + "\"");
    }

    @Test
    void aPasswordInTheAddressIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> PrometheusSettings.of(URI.create("http://me:geheim@prometheus")))
                .hasMessageContaining("access.password-file")
                .hasMessageNotContaining("geheim");
    }

    @Test
    void aCredentialIsNoFurtherHeader() {
        assertThatThrownBy(() -> access(Map.of("Authorization", "Bearer x"), null, null, null))
                .hasMessageContaining("access.token-file")
                .hasMessageNotContaining("Bearer x");
        assertThatThrownBy(() -> access(Map.of("X-Scope-OrgID", "a\nb"), null, null, null))
                .hasMessageContaining("of one line");
    }

    @Test
    void oneWayInIsEnough() {
        assertThatThrownBy(() -> access(Map.of(), Path.of("t"), "me", Path.of("p")))
                .hasMessageContaining("must not be set both");
        assertThatThrownBy(() -> access(Map.of(), null, "me", null)).hasMessageContaining("both or neither");
    }

    private static Access access(
            Map<String, String> headers, @Nullable Path token, @Nullable String user, @Nullable Path password) {
        return new Access(
                Duration.ofSeconds(5), Duration.ofSeconds(60), 5, Bytes.mebi(64), headers, token, user, password);
    }

    private static PrometheusSettings with(String matchers) {
        PrometheusSettings defaults = PrometheusSettings.of(URL);
        return new PrometheusSettings(
                URL,
                defaults.window(),
                defaults.delay(),
                defaults.history(),
                defaults.windowsAtOnce(),
                defaults.seriesAtOnce(),
                defaults.queriesAtOnce(),
                matchers,
                defaults.clusterLabels(),
                defaults.partialAnswers(),
                defaults.access(),
                defaults.queries());
    }
}
