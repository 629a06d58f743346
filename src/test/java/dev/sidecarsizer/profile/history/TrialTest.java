package dev.sidecarsizer.profile.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.profile.history.Trial.Kill;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrialTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void isReadAsItWasWritten() throws HistoryFault {
        Trial trial = new Trial(
                12.5,
                0.75,
                NOON,
                List.of(new Kill(NOON.minusSeconds(5), 7), new Kill(NOON, -7)),
                new Withdraw(NOON, NOON.plusSeconds(86_400), 2, "3 kernel kills"));

        assertThat(Trial.decode(trial.encode())).isEqualTo(trial);
        assertThat(Trial.decode(Trial.BEGIN.encode())).isEqualTo(Trial.BEGIN);
    }

    @Test
    void staysSmallHoweverMuchHappens() throws HistoryFault {
        List<Kill> kills = IntStream.range(0, 500)
                .mapToObj(i -> new Kill(NOON.plusSeconds(i), -i))
                .toList();
        Trial trial = new Trial(1, 1, NOON, kills, new Withdraw(NOON, NOON, 9, "w".repeat(5000)));

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
