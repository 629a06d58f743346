package dev.sidecarsizer.collect.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.collect.Pods.Known;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GonePodsTest {

    private static final Known KNOWN = new Known.NotOurs();

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private final GonePods gone = new GonePods(Duration.ofHours(2), () -> now);

    @Test
    void forgetsWhatIsGoneForLong() {
        gone.add("shop/first", KNOWN);
        now = now.plus(Duration.ofHours(1));
        gone.add("shop/second", KNOWN);
        now = now.plus(Duration.ofHours(1));
        gone.replaced("shop/another");

        assertThat(gone.find("shop/first")).isEqualTo(new Known.Unknown());
        assertThat(gone.find("shop/second")).isEqualTo(KNOWN);
    }

    @Test
    void rememberedAgainItIsRememberedAsLongAsTheOthers() {
        gone.add("shop/cart-0", new Known.Unknown());
        gone.add("shop/reviews", KNOWN);
        now = now.plus(Duration.ofHours(1));
        gone.add("shop/cart-0", KNOWN);
        now = now.plus(Duration.ofHours(1));
        gone.replaced("shop/another");

        assertThat(gone.find("shop/cart-0")).isEqualTo(KNOWN);
        assertThat(gone.size()).isEqualTo(1);
    }

    @Test
    void forgetsTheFirstWhereTooManyGoAtOnce() {
        for (int i = 0; i <= GonePods.MOST; i++) {
            gone.add("shop/pod-" + i, KNOWN);
        }

        assertThat(gone.size()).isEqualTo(GonePods.MOST);
        assertThat(gone.find("shop/pod-0")).isEqualTo(new Known.Unknown());
        assertThat(gone.find("shop/pod-1")).isEqualTo(KNOWN);
    }
}
