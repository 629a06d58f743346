package dev.sidecarsizer.audit.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8080", "LOCALHOST:9", "127.0.0.1:8080", "[::1]", "[::1]:18080"})
    void letsLoopbackIn(String host) {
        assertThat(Access.isAllowed("127.0.0.1", host)).isTrue();
        assertThat(Access.isAllowed("0:0:0:0:0:0:0:1", host)).isTrue();
    }

    /** The last two are where Envoy beside an application calls it from, whoever the stranger is that it calls for. */
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7", "fd00:0:0:0:0:0:0:7", "", "127.0.0.2", "127.0.0.6", "0:0:0:0:0:0:0:6"})
    void letsNobodyElseIn(String peer) {
        assertThat(Access.isAllowed(peer, "localhost:8080")).isFalse();
    }

    /** Any page that is open in the same browser can ask a loopback address, though it does not see the answer. */
    @Test
    void worksNothingOutForAnotherSite() {
        assertThat(Access.isAskedByUs(null)).isTrue();
        assertThat(Access.isAskedByUs("same-origin")).isTrue();
        assertThat(Access.isAskedByUs("none")).isTrue();
        assertThat(Access.isAskedByUs("cross-site")).isFalse();
        assertThat(Access.isAskedByUs("same-site")).isFalse();
    }

    /** A page of a stranger may have had its name made to point at loopback. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "evil.example:8080",
                "127.0.0.1.evil.example",
                "localhost:8080@evil.example",
                "10.0.0.7:8080",
                "localhost:",
                "0.0.0.0:8080",
                "::1",
                ""
            })
    void believesNoOtherName(String host) {
        assertThat(Access.isAllowed("127.0.0.1", host)).isFalse();
    }

    @Test
    void wantsAName() {
        assertThat(Access.isAllowed("127.0.0.1", null)).isFalse();
    }
}
