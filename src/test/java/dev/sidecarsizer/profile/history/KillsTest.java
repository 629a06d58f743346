package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.PodName;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KillsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final PodName POD = new PodName("shop", "reviews-1");

    @Test
    void countEachOnce() {
        Kills kills = new Kills();
        assertThat(kills.add(POD, START)).isTrue();
        assertThat(kills.add(POD, START)).isFalse();
        assertThat(kills.add(POD, START.plusMillis(400)))
                .as("a status has whole seconds")
                .isFalse();
        assertThat(kills.add(POD, START.plusSeconds(1))).isTrue();
        assertThat(kills.add(new PodName("shop", "reviews-2"), START)).isTrue();
    }

    @Test
    void doNotCountAgainWhatTheyForgot() {
        Kills kills = new Kills();
        for (int i = 0; i < 50; i++) {
            assertThat(kills.add(POD, START.plusSeconds(i))).isTrue();
        }
        for (int i = 0; i < 50; i++) {
            assertThat(kills.add(POD, START.plusSeconds(i))).as("%s", i).isFalse();
        }
    }

    @Test
    void takeALateOneThatIsYoungerThanSome() {
        Kills kills = new Kills();
        for (int i = 0; i < 48; i++) {
            kills.add(POD, START.plusSeconds(2L * i));
        }
        assertThat(kills.add(POD, START.plusSeconds(51))).isTrue();
        assertThat(kills.add(POD, START)).as("made room").isFalse();
        assertThat(kills.add(POD, START.plusSeconds(2))).as("still known").isFalse();
    }
}
