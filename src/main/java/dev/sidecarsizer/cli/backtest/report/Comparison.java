package dev.sidecarsizer.cli.backtest.report;

import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.backtest.replay.Outcome;
import dev.sidecarsizer.backtest.replay.Split;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What a backtest found.
 *
 * @param recording what was replayed
 * @param split how
 * @param outcomes at least one
 */
public record Comparison(Recording recording, Split split, List<Outcome> outcomes) {

    /** What was compared, in one line for people. */
    String subject() {
        return String.format(
                Locale.ROOT,
                "%,d samples of %,d pods, %s to %s, every %s; judged from %s",
                recording.samples(),
                recording.pods().size(),
                Instant.ofEpochSecond(recording.first()),
                Instant.ofEpochSecond(recording.last()),
                Words.duration(Duration.ofSeconds(recording.step())),
                split.judgeFrom());
    }
}
