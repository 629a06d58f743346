package dev.sidecarsizer.profile.history;

import dev.sidecarsizer.mesh.PodName;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * The kernel kills of a workload's proxies, each counted once, however often a pod's status shows it. Told apart are the
 * last {@value #MOST}; one that is older than all of these was counted before.
 */
final class Kills {

    private static final int MOST = 48;

    private final ArrayDeque<Kill> last = new ArrayDeque<>();
    private int count;
    private long limit;
    private int lastDay;

    private record Kill(int pod, long second) {

        boolean isWithin(Duration doubt, Kill other) {
            return pod == other.pod && Math.abs(second - other.second) <= doubt.toSeconds();
        }
    }

    /**
     * Whether it is a new one; then it is told apart from now on.
     *
     * @param doubt how far from {@code at} another of the pod is the same
     */
    boolean isNew(PodName pod, Instant at, Duration doubt) {
        Kill kill = new Kill(pod.hashCode(), at.getEpochSecond());
        boolean forgotten = last.size() == MOST && last.stream().allMatch(one -> one.second() > kill.second());
        if (forgotten || last.stream().anyMatch(known -> known.isWithin(doubt, kill))) {
            return false;
        }
        if (last.size() == MOST) {
            last.remove(last.stream()
                    .min((a, b) -> Long.compare(a.second(), b.second()))
                    .orElseThrow());
        }
        last.add(kill);
        return true;
    }

    /**
     * Counts one.
     *
     * @param bytes limit at which it happened, 0 where not known
     */
    void count(int day, long bytes) {
        count++;
        limit = Math.max(limit, bytes);
        lastDay = Math.max(lastDay, day);
    }

    /** Begins to count anew. */
    void forgive() {
        count = 0;
        limit = 0;
    }

    int count() {
        return count;
    }

    /** The largest limit at which one happened, in bytes; 0 where not known. */
    long limit() {
        return limit;
    }

    /** Those of a day that are told apart still, forgiven or not. */
    int on(int day) {
        return (int) last.stream()
                .filter(kill -> DailyPeaks.day(Instant.ofEpochSecond(kill.second())) == day)
                .count();
    }

    int lastDay() {
        return lastDay;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(count);
        out.writeLong(limit);
        out.writeInt(lastDay);
        out.writeByte(last.size());
        for (Kill kill : last) {
            out.writeInt(kill.pod());
            out.writeInt((int) kill.second());
        }
    }

    static Kills read(DataInput in) throws IOException {
        Kills read = new Kills();
        read.count = in.readInt();
        read.limit = in.readLong();
        read.lastDay = in.readInt();
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            int pod = in.readInt();
            read.last.add(new Kill(pod, Integer.toUnsignedLong(in.readInt())));
        }
        return read;
    }
}
