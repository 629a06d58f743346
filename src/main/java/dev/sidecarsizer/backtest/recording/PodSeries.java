package dev.sidecarsizer.backtest.recording;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.Arrays;

/**
 * One pod's samples, oldest first, no two of the same second.
 *
 * <p>Eight bytes a sample: seconds as an offset, memory in whole KiB, rounded up.
 */
public final class PodSeries {

    /** Offsets of 32 bits from here reach from 1952 to 2088. */
    static final long BASE = 1_600_000_000L;

    private static final long KIBIBYTE = 1024;

    /** Who was not seen for more of its steps, or for longer than a day, may not have been there. */
    private static final long MOST_STEPS = 10;

    private static final long MOST_SECONDS = 86_400;

    private final WorkloadKey workload;
    private final PodName pod;
    private final int[] seconds;
    private final int[] kibibytes;

    PodSeries(WorkloadKey workload, PodName pod, int[] seconds, int[] kibibytes) {
        this.workload = workload;
        this.pod = pod;
        this.seconds = seconds;
        this.kibibytes = kibibytes;
    }

    public WorkloadKey workload() {
        return workload;
    }

    public PodName pod() {
        return pod;
    }

    /** How many samples, at least one. */
    public int size() {
        return seconds.length;
    }

    /** When the sample was taken, in seconds since the epoch. */
    public long second(int sample) {
        return BASE + seconds[sample];
    }

    public Bytes use(int sample) {
        return new Bytes(kibibytes[sample] * KIBIBYTE);
    }

    public long last() {
        return second(size() - 1);
    }

    /** Half of the gaps between its samples are no longer; 0 with one sample. */
    long medianGap() {
        long[] gaps = new long[size() - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = second(i + 1) - second(i);
        }
        Arrays.sort(gaps);
        return gaps.length == 0 ? 0 : gaps[gaps.length / 2];
    }

    /**
     * The most seconds until its next sample for which one tells; what is longer has a gap in it.
     *
     * @param step of the recording
     */
    public long longest(long step) {
        return Math.min(MOST_SECONDS, MOST_STEPS * Math.max(step, medianGap()));
    }
}
