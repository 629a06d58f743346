package dev.sidecarsizer.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DestinationsTest {

    /** Istio merges an application's own metrics into the proxy's, so it may name whatever it likes. */
    @Test
    void areHostsOrLeftOut() {
        List<String> hosts = List.of("*.example.com", "10.1.2.3", "ratings.shop.svc.cluster.local");
        List<String> all = new ArrayList<>(hosts);
        all.addAll(List.of("", "*", "a b", "a\"}\nkind: X", "a\u2028b", "-a", "h".repeat(254)));

        assertThat(kept(all)).containsExactlyElementsOf(hosts);
        assertThat(kept(hosts)).isSameAs(hosts);
    }

    @Test
    void haveTheirNamespaceWhereTheirNameDoesNotTell() {
        assertThat(Destinations.name("ratings.shop.svc.cluster.local", "shop"))
                .isEqualTo("ratings.shop.svc.cluster.local");
        assertThat(Destinations.name("ratings.shop.svc.cluster.local", "mesh"))
                .isEqualTo("mesh/ratings.shop.svc.cluster.local");
        assertThat(Destinations.name("api.example.com", "egress")).isEqualTo("egress/api.example.com");
        assertThat(Destinations.name("api.example.com", "unknown")).isEqualTo("api.example.com");
        assertThat(kept(List.of("egress/*.example.com", "a b/api.example.com", "a/b/c")))
                .containsExactly("egress/*.example.com");
    }

    private static List<String> kept(List<String> seen) {
        return new ProxyTraffic(null, seen).destinations();
    }
}
