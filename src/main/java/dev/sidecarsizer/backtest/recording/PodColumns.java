package dev.sidecarsizer.backtest.recording;

import dev.sidecarsizer.mesh.PodName;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.util.Arrays;

/** One pod's samples while they are read, in the order of the files. */
final class PodColumns {

    private static final int FIRST_ROOM = 16;
    private static final long OFFSET = 0xFFFFFFFFL;

    private final WorkloadKey workload;
    private final PodName pod;
    private int[] seconds = new int[FIRST_ROOM];
    private int[] kibibytes = new int[FIRST_ROOM];
    private int size;
    private boolean inOrder = true;

    PodColumns(WorkloadKey workload, PodName pod) {
        this.workload = workload;
        this.pod = pod;
    }

    WorkloadKey workload() {
        return workload;
    }

    PodName pod() {
        return pod;
    }

    int size() {
        return size;
    }

    void add(int second, int kibibyte) {
        if (size == seconds.length) {
            int room = size + (size >> 1);
            seconds = Arrays.copyOf(seconds, room);
            kibibytes = Arrays.copyOf(kibibytes, room);
        }
        inOrder &= size == 0 || second > seconds[size - 1];
        seconds[size] = second;
        kibibytes[size] = kibibyte;
        size++;
    }

    /** Takes in all that another one has. */
    void addAll(PodColumns other) {
        for (int i = 0; i < other.size; i++) {
            add(other.seconds[i], other.kibibytes[i]);
        }
    }

    /** Sorts by time, and keeps the highest of those of the same second. */
    PodSeries toSeries() {
        if (!inOrder) {
            sort();
            keepOneASecond();
        }
        return new PodSeries(workload, pod, Arrays.copyOf(seconds, size), Arrays.copyOf(kibibytes, size));
    }

    private void sort() {
        long[] rows = new long[size];
        for (int i = 0; i < size; i++) {
            rows[i] = ((long) seconds[i] << Integer.SIZE) | kibibytes[i];
        }
        Arrays.sort(rows);
        for (int i = 0; i < size; i++) {
            seconds[i] = (int) (rows[i] >> Integer.SIZE);
            kibibytes[i] = (int) (rows[i] & OFFSET);
        }
    }

    private void keepOneASecond() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (i + 1 < size && seconds[i + 1] == seconds[i]) {
                continue;
            }
            seconds[kept] = seconds[i];
            kibibytes[kept] = kibibytes[i];
            kept++;
        }
        size = kept;
    }
}
