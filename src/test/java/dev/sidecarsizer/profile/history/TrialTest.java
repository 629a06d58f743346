package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Verdict.Raise;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Trial.Ended;
import dev.sidecarsizer.profile.history.Trial.Past;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrialTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void isReadAsItWasWritten() throws HistoryFault {
        Trial trial = new Trial(
                new Past(12.5, 0.75, 0.25),
                NOON,
                List.of(new Ended(NOON.minusSeconds(5), 7), new Ended(NOON, -7)),
                List.of(new Ended(NOON.minusSeconds(9), 1)),
                NOON.minusSeconds(60),
                new Raise(NOON, NOON.plusSeconds(86_400), 3, Bytes.mebi(288), "half of them refuse traffic"),
                new Withdraw(NOON, NOON.plusSeconds(86_400), 2, "3 kernel kills"));

        assertThat(Trial.decode(trial.encode())).isEqualTo(trial);
        assertThat(Trial.decode(Trial.BEGIN.encode())).isEqualTo(Trial.BEGIN);
    }

    @Test
    void staysSmallHoweverMuchHappens() throws HistoryFault {
        List<Ended> kills = IntStream.range(0, 500)
                .mapToObj(i -> new Ended(NOON.plusSeconds(i), -i))
                .toList();
        Trial trial = new Trial(
                new Past(1, 1, 1),
                NOON,
                kills,
                kills,
                NOON,
                new Raise(NOON, NOON, 9, Bytes.mebi(1), "r".repeat(5000)),
                new Withdraw(NOON, NOON, 9, "w".repeat(5000)));

        assertThat(trial.encode()).hasSizeLessThanOrEqualTo(Trial.LARGEST);
        assertThat(Trial.decode(trial.encode()).kills())
                .contains(kills.getLast())
                .doesNotContain(kills.getFirst());
    }

    @Test
    void isNotReadWhereItIsDamaged() {
        assertThatThrownBy(() -> Trial.decode("bm8")).isInstanceOf(HistoryFault.class);
    }
}
