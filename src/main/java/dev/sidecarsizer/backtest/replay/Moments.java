package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.backtest.recording.PodSeries;
import java.util.Arrays;
import java.util.List;

/** Goes through all pods' samples in the order of time: a heap of each pod's next sample. */
final class Moments {

    private static final long POD = 0xFFFFFFFFL;

    private final List<PodSeries> pods;
    private final int[] next;
    private final long first;

    /** Each entry is second and pod, so that entries compare as numbers; the least is at 0. */
    private final long[] heap;

    private int waiting;
    private int[] now;
    private int count;
    private long second;

    Moments(List<PodSeries> pods) {
        this.pods = pods;
        this.first = pods.stream().mapToLong(pod -> pod.second(0)).min().orElse(0);
        this.next = new int[pods.size()];
        this.now = new int[pods.size()];
        this.heap = new long[pods.size()];
        for (int pod = 0; pod < pods.size(); pod++) {
            heap[pod] = entry(pod);
        }
        this.waiting = pods.size();
        Arrays.sort(heap);
    }

    /** Goes to the next second in which there is a sample; false at the end. */
    boolean advance() {
        if (waiting == 0) {
            return false;
        }
        second = secondOf(heap[0]);
        count = 0;
        while (waiting > 0 && secondOf(heap[0]) == second) {
            int pod = (int) (heap[0] & POD);
            now[count++] = pod;
            next[pod]++;
            if (next[pod] < pods.get(pod).size()) {
                heap[0] = entry(pod);
            } else {
                heap[0] = heap[--waiting];
            }
            sink();
        }
        return true;
    }

    /** Seconds since the epoch. */
    long second() {
        return second;
    }

    /** How many pods have a sample now. */
    int count() {
        return count;
    }

    /** The pod that has the {@code i}th sample of now. */
    int pod(int i) {
        return now[i];
    }

    /** Which of its pod's samples the {@code i}th of now is. */
    int sample(int i) {
        return next[now[i]] - 1;
    }

    private long entry(int pod) {
        return ((pods.get(pod).second(next[pod]) - first) << Integer.SIZE) | pod;
    }

    private long secondOf(long entry) {
        return first + (entry >>> Integer.SIZE);
    }

    private void sink() {
        long entry = heap[0];
        int place = 0;
        while (true) {
            int child = 2 * place + 1;
            if (child >= waiting) {
                break;
            }
            if (child + 1 < waiting && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= entry) {
                break;
            }
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = entry;
    }
}
