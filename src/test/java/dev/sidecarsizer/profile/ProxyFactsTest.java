package dev.sidecarsizer.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyFactsTest {

    /** Istio merges an application's own metrics into the proxy's, so it may name whatever it likes. */
    @Test
    void destinationsAreHostsOrLeftOut() {
        List<String> hosts = List.of("*.example.com", "10.1.2.3", "ratings.shop.svc.cluster.local");
        List<String> all = new ArrayList<>(hosts);
        all.addAll(List.of("", "*", "a b", "a\"}\nkind: X", "a\u2028b", "-a", "h".repeat(254)));

        assertThat(calling(all).destinations()).containsExactlyElementsOf(hosts);
        assertThat(calling(hosts).destinations()).isSameAs(hosts);
    }

    @Test
    void aDestinationHasItsNamespaceWhereItsNameDoesNotTell() {
        assertThat(ProxyFacts.destination("ratings.shop.svc.cluster.local", "shop"))
                .isEqualTo("ratings.shop.svc.cluster.local");
        assertThat(ProxyFacts.destination("ratings.shop.svc.cluster.local", "mesh"))
                .isEqualTo("mesh/ratings.shop.svc.cluster.local");
        assertThat(ProxyFacts.destination("api.example.com", "egress")).isEqualTo("egress/api.example.com");
        assertThat(ProxyFacts.destination("api.example.com", "unknown")).isEqualTo("api.example.com");
        assertThat(calling(List.of("egress/*.example.com", "a b/api.example.com", "a/b/c"))
                        .destinations())
                .containsExactly("egress/*.example.com");
    }

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
        assertThat(shedding(share).shedsLoad()).isEqualTo(sheds);
        assertThat(shedding(share).refusesMostly()).isEqualTo(mostly);
    }

    private static ProxyFacts calling(List<String> destinations) {
        return new ProxyFacts(
                null, null, null, null, null, null, null, null, null, null, null, null, null, destinations);
    }

    private static ProxyFacts shedding(@Nullable Double share) {
        return new ProxyFacts(null, null, null, null, null, null, null, null, null, null, null, null, share, List.of());
    }
}
