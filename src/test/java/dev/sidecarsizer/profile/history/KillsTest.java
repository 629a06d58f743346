package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.PodName;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KillsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final PodName POD = new PodName("shop", "reviews-1");

    @Test
    void countEachOnce() {
        Kills kills = new Kills();
        assertThat(kills.isNew(POD, START, Duration.ZERO)).isTrue();
        assertThat(kills.isNew(POD, START, Duration.ZERO)).isFalse();
        assertThat(kills.isNew(POD, START.plusMillis(400), Duration.ZERO))
                .as("a status has whole seconds")
                .isFalse();
        assertThat(kills.isNew(POD, START.plusSeconds(1), Duration.ZERO)).isTrue();
        assertThat(kills.isNew(new PodName("shop", "reviews-2"), START, Duration.ZERO))
                .isTrue();
    }

    @Test
    void takeOneInDoubtForAnotherOfThatPodNearby() {
        Duration doubt = Duration.ofMinutes(3);
        PodName other = new PodName("shop", "reviews-2");
        Kills kills = new Kills();
        kills.isNew(POD, START, Duration.ZERO);

        assertThat(kills.isNew(POD, START.plusSeconds(180), doubt)).isFalse();
        assertThat(kills.isNew(POD, START.minusSeconds(180), doubt)).isFalse();
        assertThat(kills.isNew(other, START.plusSeconds(180), doubt)).isTrue();
        assertThat(kills.isNew(POD, START.plusSeconds(181), doubt)).isTrue();
    }

    @Test
    void doNotCountAgainWhatTheyForgot() {
        Kills kills = new Kills();
        for (int i = 0; i < 50; i++) {
            assertThat(kills.isNew(POD, START.plusSeconds(i), Duration.ZERO)).isTrue();
        }
        for (int i = 0; i < 50; i++) {
            assertThat(kills.isNew(POD, START.plusSeconds(i), Duration.ZERO))
                    .as("%s", i)
                    .isFalse();
        }
    }

    @Test
    void takeALateOneThatIsYoungerThanSome() {
        Kills kills = new Kills();
        for (int i = 0; i < 48; i++) {
            kills.isNew(POD, START.plusSeconds(2L * i), Duration.ZERO);
        }
        assertThat(kills.isNew(POD, START.plusSeconds(51), Duration.ZERO)).isTrue();
        assertThat(kills.isNew(POD, START, Duration.ZERO)).as("made room").isFalse();
        assertThat(kills.isNew(POD, START.plusSeconds(2), Duration.ZERO))
                .as("still known")
                .isFalse();
    }
}
