package dev.sidecarsizer.profile.history;

import dev.sidecarsizer.mesh.PodName;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * The kernel kills of a workload's proxies, each counted once, however often a pod's status shows it. Remembered are the
 * last {@value #MOST}; one that is older than all of these was counted before.
 */
final class Kills {

    private static final int MOST = 48;

    private final ArrayDeque<Kill> last = new ArrayDeque<>();

    private record Kill(int pod, long second) {

        boolean isWithin(Duration doubt, Kill other) {
            return pod == other.pod && Math.abs(second - other.second) <= doubt.toSeconds();
        }
    }

    /**
     * Remembers one, and returns whether it is new.
     *
     * @param doubt how far from {@code at} another of the pod is the same
     */
    boolean add(PodName pod, Instant at, Duration doubt) {
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

    void write(DataOutput out) throws IOException {
        out.writeByte(last.size());
        for (Kill kill : last) {
            out.writeInt(kill.pod());
            out.writeInt((int) kill.second());
        }
    }

    static Kills read(DataInput in) throws IOException {
        Kills read = new Kills();
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            int pod = in.readInt();
            read.last.add(new Kill(pod, Integer.toUnsignedLong(in.readInt())));
        }
        return read;
    }
}
