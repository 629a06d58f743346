package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Pods that were sampled too seldom in a window to count; up to {@value #MOST} of them, whatever order they come in. */
final class ThinPods {

    private static final int MOST = 16;

    private final NavigableMap<Integer, Thin> pods = new TreeMap<>();

    /** What little was seen of one. */
    record Thin(int samples, float peak) {}

    void put(int pod, int samples, double peak) {
        pods.put(pod, new Thin(samples, (float) peak));
        if (pods.size() > MOST) {
            pods.pollLastEntry();
        }
    }

    @Nullable
    Thin get(int pod) {
        return pods.get(pod);
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(pods.size());
        for (Map.Entry<Integer, Thin> one : pods.entrySet()) {
            out.writeInt(one.getKey());
            out.writeByte(one.getValue().samples());
            out.writeFloat(one.getValue().peak());
        }
    }

    static ThinPods read(DataInput in) throws IOException {
        ThinPods read = new ThinPods();
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            int pod = in.readInt();
            int seen = in.readUnsignedByte();
            read.pods.put(pod, new Thin(seen, in.readFloat()));
        }
        return read;
    }
}
