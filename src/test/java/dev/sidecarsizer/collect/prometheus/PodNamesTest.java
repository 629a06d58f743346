package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.PodName;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodNamesTest {

    private final PodNames names = new PodNames();

    @Test
    void equalNamesAreOneAndSoAreTheirNamespaces() {
        PodName first = names.one(new PodName(copy("shop"), copy("reviews-0")));
        assertThat(names.one(new PodName(copy("shop"), copy("reviews-0")))).isSameAs(first);
        assertThat(names.one(new PodName(copy("shop"), "reviews-1")).namespace())
                .isSameAs(first.namespace());
    }

    @Test
    void forgetsWhatIsNotWanted() {
        PodName first = names.one(new PodName("shop", "reviews-0"));
        names.retain(Set.of());
        PodName again = new PodName("shop", "reviews-0");
        assertThat(names.one(again)).isNotSameAs(first).isEqualTo(again);
    }

    /** As a parser makes it: equal, and another object. */
    private static String copy(String text) {
        return new String(text.toCharArray());
    }
}
