package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.backtest.recording.Recorder;
import dev.sidecarsizer.backtest.recording.Recording;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;

/** A history written down in a test: mebibytes, a sample a minute. */
final class History {

    static final WorkloadKey REVIEWS = new WorkloadKey("shop", "apps", "Deployment", "reviews");

    /** A whole hour. */
    static final long START = 1_700_000_000L / 3_600 * 3_600;

    static final long STEP = 60;

    private final Recorder recorder = new Recorder();

    History pod(String pod, int firstMinute, long... mebibytes) {
        for (int i = 0; i < mebibytes.length; i++) {
            recorder.add(REVIEWS, pod, at(firstMinute + i), Bytes.mebi(mebibytes[i]));
        }
        return this;
    }

    Recording recording() {
        return recorder.finish().orElseThrow();
    }

    static long at(int minute) {
        return START + minute * STEP;
    }
}
