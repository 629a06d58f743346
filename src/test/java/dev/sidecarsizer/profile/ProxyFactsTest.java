package dev.sidecarsizer.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    private static ProxyFacts calling(List<String> destinations) {
        return new ProxyFacts(
                null, null, null, null, null, null, null, null, null, null, null, null, null, destinations);
    }
}
