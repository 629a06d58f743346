package dev.sidecarsizer.collect.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

    @Test
    void theBoundDoublesAndHalfOfItIsChance() {
        assertThat(Patience.after(1, Optional.empty(), 0)).contains(Duration.ofMillis(250));
        assertThat(Patience.after(1, Optional.empty(), 1)).contains(Duration.ofMillis(500));
        assertThat(Patience.after(4, Optional.empty(), 0)).contains(Duration.ofSeconds(2));
        assertThat(Patience.after(20, Optional.empty(), 1)).contains(Duration.ofSeconds(32));
    }

    @Test
    void whatTheServerAsksForIsKeptUpToAMinute() {
        assertThat(Patience.after(3, Optional.of(Duration.ofSeconds(60)), 0)).contains(Duration.ofSeconds(60));
        assertThat(Patience.after(3, Optional.of(Duration.ofSeconds(61)), 0)).isEmpty();
    }

    @Test
    void itMayBeADate() {
        assertThat(Patience.retryAfter(" 17 ", NOW)).contains(Duration.ofSeconds(17));
        assertThat(Patience.retryAfter("Wed, 25 Nov 2026 10:00:30 GMT", NOW)).contains(Duration.ofSeconds(30));
        assertThat(Patience.retryAfter("Wed, 25 Nov 2026 09:00:00 GMT", NOW)).contains(Duration.ZERO);
        assertThat(Patience.retryAfter("soon", NOW)).isEmpty();
    }
}
