package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.guard.OomLoop.Prospect;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.mesh.Relief;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a proxy that closes all connections has the present read before its time. */
class ReadingTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final Pace PACE =
            new Pace(Duration.ofMinutes(1), Duration.ofMinutes(15), 50, Duration.ofDays(14), Duration.ofDays(30));

    private final FakePods pods = new FakePods();
    private final FakeSource source = new FakeSource();
    private final Targets targets = new FakeTargets(Set.of("shop"));
    private final Reading reading = new Reading(
            new Ledger(targets::of, targets::ceiling, targets::mode, PACE),
            pods,
            (pod, kill) -> {},
            new OomLoops(
                    new OomRelief(
                            new FakeRunningPods(), pod -> new Prospect(Mode.AUDIT, null, "NO_PROFILE", Relief.TELL), 6),
                    pod -> Optional.empty(),
                    (pod, outcome, message) -> {}),
            source,
            targets,
            () -> NOW,
            PACE.read(),
            new Reading.Counts());

    @Test
    void whoBeginsHasThePresentReadOnce() {
        closes(sized("a").build());
        assertThat(reading.glance(NOW)).isTrue();
        assertThat(reading.glance(NOW)).isFalse();
        closes(sized("b").build());
        assertThat(reading.glance(NOW)).isTrue();
        assertThat(source.presents).hasValue(2);

        source.closing.clear();
        assertThat(reading.glance(NOW)).isFalse();
        closes(sized("a").build());
        assertThat(reading.glance(NOW)).isTrue();
    }

    @Test
    void whereThatFailsItIsTriedAgain() {
        closes(sized("a").build());
        source.presentFails = new SourceFailed("a fault that a test made", false);
        assertThat(reading.glance(NOW)).isFalse();

        source.presentFails = null;
        assertThat(reading.glance(NOW)).isTrue();
    }

    @Test
    void whatWasClosedWithAnotherLimitDoesNotCount() {
        closes(sized("young").created(NOW.minusSeconds(39)).build());
        closes(sized("resized").resized(NOW.minusSeconds(39)).build());
        assertThat(reading.glance(NOW)).isFalse();

        assertThat(reading.glance(NOW.plusSeconds(1))).isTrue();
    }

    @Test
    void nobodyIsAskedForWithoutABudgetOfOurs() {
        closes(SomePod.named("shop", "a").build());

        assertThat(reading.glance(NOW)).isFalse();
        assertThat(source.glances).hasValue(0);
    }

    private static SomePod sized(String name) {
        return SomePod.named("shop", name).budgetFor(Bytes.mebi(128));
    }

    private void closes(LivePod pod) {
        pods.lives(pod);
        source.closing.add(pod.name());
    }
}
