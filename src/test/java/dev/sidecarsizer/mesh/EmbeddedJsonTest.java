package dev.sidecarsizer.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedJsonTest {

    @Test
    void isReadAsATree() {
        assertThat(EmbeddedJson.read("{\"containers\":[{\"name\":\"istio-proxy\"}]}")
                        .orElseThrow()
                        .at("/containers/0/name")
                        .asString())
                .isEqualTo("istio-proxy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "no JSON", "[1,]"})
    void isNoTreeWhereItIsNoJson(String text) {
        assertThat(EmbeddedJson.read(text)).isEmpty();
    }

    /** Three megabytes of the smallest values would be hundreds in memory. */
    @Test
    void isNoTreeWhereThatWouldBeLarge() {
        assertThat(EmbeddedJson.read("[" + "{},".repeat(1_000_000) + "{}]")).isEmpty();
        assertThat(EmbeddedJson.read("[".repeat(60) + "]".repeat(60))).isEmpty();
        assertThat(EmbeddedJson.read("[" + "{},".repeat(1_000) + "{}]")).isPresent();
    }
}
