package dev.sidecarsizer.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyOverloadTest {

    /** A share of one hour, or a look of 0 or 1. */
    @ParameterizedTest
    @CsvSource({
        ", false, false",
        "0, false, false",
        "0.05, false, false",
        "0.06, true, false",
        "0.5, true, false",
        "0.51, true, true",
        "1, true, true"
    })
    void refusesMostlyWhereItServesLess(@Nullable Double share, boolean sheds, boolean mostly) {
        ProxyOverload overload = new ProxyOverload(share, null, null);

        assertThat(overload.shedsLoad()).isEqualTo(sheds);
        assertThat(overload.refusesMostly()).isEqualTo(mostly);
    }
}
