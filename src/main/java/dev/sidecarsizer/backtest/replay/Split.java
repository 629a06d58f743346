package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.backtest.recording.Recording;
import java.time.Duration;
import java.time.Instant;

/**
 * How a recording is replayed.
 *
 * @param judgeFrom what is before is only learnt from; pods alive then count as created then, as by a restart of all
 * @param window length of the windows that strategies see
 * @param thinnedTo least time between two samples of a pod that strategies see; zero for all samples. Kills are judged
 *     by all samples
 */
public record Split(Instant judgeFrom, Duration window, Duration thinnedTo) {

    /** Measurements behind each sample that strategies see. */
    public double measurements(Recording recording) {
        return thinnedTo.isZero() ? recording.measurements() : 1;
    }

    /** The instant at which {@code fraction} of a recording's time is over. */
    public static Instant at(Recording recording, double fraction) {
        return Instant.ofEpochSecond(recording.first() + Math.round((recording.last() - recording.first()) * fraction));
    }
}
