package dev.sidecarsizer.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToldDaysTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void outlivesALeader() {
        ToldDays told = ToldDays.NONE.with(List.of("NearLimit", "RisingTrend"), NOON);

        ToldDays next = ToldDays.of(told.annotations());

        assertThat(next).isEqualTo(told);
        assertThat(next.isOver("NearLimit", NOON.plus(Duration.ofHours(23)))).isFalse();
        assertThat(next.isOver("NearLimit", NOON.plus(Duration.ofDays(1)))).isTrue();
        assertThat(next.isOver("AtCeiling", NOON)).isTrue();
    }

    @Test
    void forgetsWhatDoesNotMatterAnyMore() {
        assertThat(ToldDays.NONE
                        .with(List.of("NearLimit"), NOON)
                        .with(List.of("AtCeiling"), NOON.plus(Duration.ofDays(2)))
                        .last())
                .containsOnlyKeys("AtCeiling");
    }

    @Test
    void takesNothingForATimeThatIsNone() {
        assertThat(ToldDays.of(null)).isEqualTo(ToldDays.NONE);
        assertThat(ToldDays.of(Map.of(ToldDays.ANNOTATION, ""))).isEqualTo(ToldDays.NONE);
        assertThat(ToldDays.of(Map.of(ToldDays.ANNOTATION, "a b=c AtCeiling=2026-11-20T12:00:00Z"))
                        .last())
                .isEqualTo(Map.of("AtCeiling", NOON));
    }
}
