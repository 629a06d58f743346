package dev.sidecarsizer.collect.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.collect.UsageSource.Seen;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.history.PodWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenWindowsTest {

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instant END = START.plus(TEN_MINUTES);
    private static final WorkloadKey REVIEWS = new WorkloadKey("shop", "apps", "Deployment", "reviews");
    private static final PodName POD = new PodName("shop", "reviews-1");

    private final OpenWindows windows = new OpenWindows(TEN_MINUTES, Duration.ofMinutes(1));
    private final List<Seen> taken = new ArrayList<>();

    @Test
    void handsOnPeakMeanAndNumberOfSamples() {
        add(START.plusSeconds(30), 100);
        add(START.plusSeconds(60), 300);
        add(START.plusSeconds(90), 200);

        handOn(START, END.plusSeconds(60));

        assertThat(taken).containsExactly(seen(END, 300, 200, 3));
    }

    @Test
    void aWindowHasItsEndAndNotItsStart() {
        add(START, 1);
        add(START.plusMillis(1), 10);
        add(END, 20);
        add(END.plusMillis(1), 30);

        handOn(Instant.EPOCH, END.plus(TEN_MINUTES).plusSeconds(60));

        assertThat(taken)
                .containsExactly(seen(START, 1, 1, 1), seen(END, 20, 15, 2), seen(END.plus(TEN_MINUTES), 30, 30, 1));
    }

    @Test
    void theSameSampleServedTwiceCountsOnce() {
        assertThat(add(START.plusSeconds(30), 100)).isTrue();
        assertThat(add(START.plusSeconds(30), 100)).isFalse();
        assertThat(add(START.plusSeconds(15), 500)).isFalse();

        handOn(START, END.plusSeconds(60));

        assertThat(taken).containsExactly(seen(END, 100, 100, 1));
    }

    @Test
    void waitsForTheLastSampleAndGivesAWindowOnce() {
        add(START.plusSeconds(30), 100);
        handOn(START, END.plusSeconds(59));
        assertThat(taken).isEmpty();

        handOn(START, END.plusSeconds(60));
        handOn(START, END.plusSeconds(90));
        assertThat(taken).hasSize(1);

        assertThat(add(START.plusSeconds(60), 100)).isFalse();
        handOn(START, END.plusSeconds(120));
        assertThat(taken).hasSize(1);
    }

    @Test
    void givesNothingThatIsKnownAlready() {
        add(START.plusSeconds(30), 100);

        handOn(END, END.plusSeconds(60));

        assertThat(taken).isEmpty();
    }

    @Test
    void whatCouldNotBeTakenIsGivenAgain() {
        add(START.plusSeconds(30), 100);
        assertThatThrownBy(() -> windows.handOn(START, END.plusSeconds(60), (end, pods) -> {
                    throw new IllegalStateException("disk full");
                }))
                .hasMessage("disk full");

        handOn(START, END.plusSeconds(60));

        assertThat(taken).hasSize(1);
    }

    @Test
    void believesNoClockThatIsFarOff() {
        Instant now = START.plusSeconds(60);
        assertThat(windows.add(new Sample(POD, now.plusSeconds(61), Bytes.mebi(1)), REVIEWS, now))
                .isFalse();
        assertThat(windows.add(new Sample(POD, now.minusSeconds(601), Bytes.mebi(1)), REVIEWS, now))
                .isFalse();
        assertThat(windows.add(new Sample(POD, now.plusSeconds(59), Bytes.mebi(1)), REVIEWS, now))
                .isTrue();
    }

    @Test
    void keepsNoMoreThanAnHourForAReaderThatDoesNotCome() {
        for (int i = 0; i < 20; i++) {
            add(START.plus(TEN_MINUTES.multipliedBy(i)).plusSeconds(1), 100);
        }

        handOn(START, START.plus(TEN_MINUTES.multipliedBy(30)));

        assertThat(taken).hasSize(6);
    }

    @Test
    void forgetsThePodsThatAreGone() {
        add(START, 100);
        windows.forgetBefore(START.plusSeconds(1));

        assertThat(windows.latest(POD)).isNull();
    }

    private boolean add(Instant at, long bytes) {
        return windows.add(new Sample(POD, at, new Bytes(bytes)), REVIEWS, at);
    }

    private void handOn(Instant after, Instant now) {
        windows.handOn(after, now, (end, pods) -> taken.addAll(pods));
    }

    private static Seen seen(Instant end, long peak, long mean, int samples) {
        return new Seen(
                new PodWindow(POD, end, TEN_MINUTES, new Bytes(peak), new Bytes(mean), samples), Optional.of(REVIEWS));
    }
}
