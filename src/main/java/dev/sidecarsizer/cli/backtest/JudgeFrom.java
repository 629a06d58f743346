package dev.sidecarsizer.cli.backtest;

import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.backtest.replay.Split;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Where learning alone ends: an instant, or a share of the recording's time. */
sealed interface JudgeFrom {

    /** The instant in this recording. */
    Instant in(Recording recording);

    /**
     * Reads {@code 0.5} or {@code 2026-11-20T00:00:00Z}.
     *
     * @throws IllegalArgumentException naming the text and what it should be
     */
    static JudgeFrom parse(String text) {
        try {
            return text.indexOf('-') > 0
                    ? new At(OffsetDateTime.parse(text).toInstant())
                    : new Share(new BigDecimal(text).doubleValue());
        } catch (DateTimeException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is neither a share from 0 to 1 nor an instant such as 2026-11-20T00:00:00Z", e);
        }
    }

    /** A share of the time, from 0 to less than 1. */
    record Share(double share) implements JudgeFrom {

        public Share {
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException(
                        share + " is no share of the time: it must be 0 or more, and less than 1");
            }
        }

        @Override
        public Instant in(Recording recording) {
            return Split.at(recording, share);
        }
    }

    /** An instant. */
    record At(Instant instant) implements JudgeFrom {

        @Override
        public Instant in(Recording recording) {
            return instant;
        }
    }
}
