package dev.sidecarsizer.audit.whatif;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.history.History;
import java.time.Instant;

/** What is remembered of one workload: a number a day, eight bytes each, since thousands of workloads are held. */
final class Past {

    private static final int MOST_DAYS = 28;

    private final WorkloadKey workload;
    private final int pods;
    private final Bytes typical;
    private final int[] ends = new int[MOST_DAYS];
    private final int[] mebibytes = new int[MOST_DAYS];
    private int days;

    private Past(WorkloadKey workload, int pods, Bytes typical) {
        this.workload = workload;
        this.pods = pods;
        this.typical = typical;
    }

    static Past of(WorkloadKey workload, History history) {
        int pods = history.measured(null).map(measured -> measured.pods()).orElse(1);
        Past past = new Past(workload, Math.max(1, pods), history.typical());
        history.eachDay(past::add);
        return past;
    }

    private void add(Instant end, Bytes peak) {
        ends[days] = Math.toIntExact(end.getEpochSecond());
        mebibytes[days] = (int) Math.min(Integer.MAX_VALUE, peak.value() >> 20);
        days++;
    }

    WorkloadKey workload() {
        return workload;
    }

    /** Pods that ran in the last window, at least one. */
    int pods() {
        return pods;
    }

    /** Use that nine of ten hours stay below. */
    Bytes typical() {
        return typical;
    }

    /** How many days had samples. */
    int days() {
        return days;
    }

    /** The end of a day, the oldest first. */
    Instant end(int day) {
        return Instant.ofEpochSecond(ends[day]);
    }

    /** The highest that any of the pods used on a day. */
    Bytes peak(int day) {
        return Bytes.mebi(mebibytes[day]);
    }

    Instant first() {
        return end(0);
    }

    Instant last() {
        return end(days - 1);
    }
}
