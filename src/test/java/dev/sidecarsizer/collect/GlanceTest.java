package dev.sidecarsizer.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sidecarsizer.mesh.Bytes;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a proxy that closes all connections has the present read before its time. */
class GlanceTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final FakePods pods = new FakePods();
    private final FakeSource source = new FakeSource();
    private final Glance glance = new Glance(source, pods, source::now);

    @Test
    void whoBeginsHasThePresentReadOnce() {
        closes(sized("a").build());
        assertThat(glance.look(NOW)).isTrue();
        assertThat(glance.look(NOW)).isFalse();
        closes(sized("b").build());
        assertThat(glance.look(NOW)).isTrue();
        assertThat(source.presents).hasValue(2);

        source.closing.clear();
        assertThat(glance.look(NOW)).isFalse();
        closes(sized("a").build());
        assertThat(glance.look(NOW)).isTrue();
    }

    @Test
    void whereThatFailsItIsTriedAgain() {
        closes(sized("a").build());
        source.presentFails = new SourceFailed("a fault that a test made", false);
        assertThat(glance.look(NOW)).isFalse();

        source.presentFails = null;
        assertThat(glance.look(NOW)).isTrue();
    }

    @Test
    void whatWasClosedWithAnotherLimitDoesNotCount() {
        closes(sized("young").created(NOW.minusSeconds(39)).build());
        closes(sized("resized").resized(NOW.minusSeconds(39)).build());
        assertThat(glance.look(NOW)).isFalse();

        assertThat(glance.look(NOW.plusSeconds(1))).isTrue();
    }

    @Test
    void nobodyIsAskedForWithoutABudgetOfOurs() {
        closes(SomePod.named("shop", "a").build());

        assertThat(glance.look(NOW)).isFalse();
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
