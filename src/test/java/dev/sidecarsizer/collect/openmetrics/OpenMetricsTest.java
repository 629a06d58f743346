package dev.sidecarsizer.collect.openmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.collect.openmetrics.OpenMetrics.Format;
import dev.sidecarsizer.collect.openmetrics.Reading.Sample;
import java.io.Reader;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenMetricsTest {

    @Test
    void readsTheTextFormat() {
        Reading reading = Reading.of(
                """
                # HELP istio_build Build of the proxy
                # TYPE istio_build gauge
                istio_build{component="proxy",tag="1.31.0"} 1

                  envoy_server_memory_allocated{} 6.5e6 1700000000123
                odd{text="a\\\\b\\"c\\nd\\q",} -Inf
                """,
                Format.TEXT);

        assertThat(reading.fault()).isEmpty();
        assertThat(reading.samples())
                .containsExactly(
                        new Sample(
                                "istio_build", Map.of("component", "proxy", "tag", "1.31.0"), 1, OptionalLong.empty()),
                        new Sample(
                                "envoy_server_memory_allocated", Map.of(), 6.5e6, OptionalLong.of(1_700_000_000_123L)),
                        new Sample(
                                "odd",
                                Map.of("text", "a\\b\"c\nd\\q"),
                                Double.NEGATIVE_INFINITY,
                                OptionalLong.empty()));
    }

    @Test
    void readsOpenMetrics() {
        Reading reading = Reading.of(
                """
                # TYPE requests counter
                requests_total{code="200"} 7 1700000000.5 # {trace="x"} 0.5 1700000000
                # EOF
                """,
                Format.OPENMETRICS);

        assertThat(reading.samples())
                .containsExactly(
                        new Sample("requests_total", Map.of("code", "200"), 7, OptionalLong.of(1_700_000_000_500L)));
    }

    @Test
    void aQuotedNameIsAName() {
        assertThat(Reading.of("{\"envoy.server.live\",a=\"b\"} 1\n", Format.TEXT)
                        .samples())
                .containsExactly(new Sample("envoy.server.live", Map.of("a", "b"), 1, OptionalLong.empty()));
    }

    @Test
    void openMetricsWithoutItsEndWasCutOff() {
        assertThat(Reading.of("up 1\n", Format.OPENMETRICS).fault())
                .isEqualTo("it does not end with # EOF: it was cut off");
        assertThat(Reading.of("# EOF\nup 1\n", Format.OPENMETRICS).fault())
                .isEqualTo("line 2: something follows # EOF");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "up ",
                "up x",
                "up 1 x",
                "up 1 2 3",
                "up 1_0",
                "up 0x10",
                "up 1d",
                "1up 1",
                "up{a=\"b\" 1",
                "up{a=\"b} 1",
                "up{a} 1",
                "up{\"a\"} 1",
                "up{a=b} 1",
                "up{1a=\"b\"} 1",
                "up{a=\"b\"c=\"d\"} 1",
                "up{a=\"b\",a=\"c\"} 1",
                "up{,} 1",
                "{a=\"b\"} 1",
                "up 1 99999999999999999999"
            })
    void aLineThatIsNoneIsAFaultWithItsNumber(String line) {
        assertThat(Reading.of("fine 1\n" + line + "\n", Format.TEXT).fault()).startsWith("line 2: ");
    }

    @Test
    void aTimestampOfManyDigitsCostsNothing() {
        assertThat(Reading.of("up 1 1e999999999\n# EOF\n", Format.OPENMETRICS).fault())
                .contains("timestamp");
    }

    @Test
    void aLineWithoutAnEndIsCut() {
        Reader endless = new Reader() {
            @Override
            public int read(char[] into, int offset, int length) {
                java.util.Arrays.fill(into, offset, offset + length, 'a');
                return length;
            }

            @Override
            public void close() {}
        };

        assertThatThrownBy(() -> OpenMetrics.read(endless, Format.TEXT, (name, labels, value, millis) -> {}))
                .isInstanceOf(OpenMetricsFault.class)
                .hasMessageContaining("line 1: longer than 1048576 characters");
    }

    @Test
    void theTypeOfContentNamesTheFormat() {
        assertThat(Format.of("application/openmetrics-text; version=1.0.0; charset=utf-8"))
                .isEqualTo(Format.OPENMETRICS);
        assertThat(Format.of("text/plain; version=0.0.4")).isEqualTo(Format.TEXT);
        assertThat(Format.of(null)).isEqualTo(Format.TEXT);
    }
}
