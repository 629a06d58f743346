package dev.sidecarsizer.backtest.recording;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;

/**
 * One pod's samples, oldest first, no two of the same second.
 *
 * <p>Eight bytes a sample: seconds as an offset, memory in whole KiB, rounded up.
 */
public final class PodSeries {

    /** Offsets of 32 bits from here reach from 1952 to 2088. */
    static final long BASE = 1_600_000_000L;

    private static final long KIBIBYTE = 1024;

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
}
