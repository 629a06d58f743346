package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What a recommendation aims at. */
public sealed interface Target {

    /** What holds without any policy. */
    Target DEFAULT = new Risk(0.001);

    /**
     * A limit that is exceeded by a pod in a week with this chance.
     *
     * @param oomRisk above 0, at most 0.5
     */
    record Risk(double oomRisk) implements Target {

        @Override
        public void write(DataOutput out) throws IOException {
            out.writeBoolean(true);
            out.writeDouble(oomRisk);
        }
    }

    /**
     * A limit that is so many times the highest peak.
     *
     * @param factor at least 1
     */
    record Headroom(double factor) implements Target {

        @Override
        public void write(DataOutput out) throws IOException {
            out.writeBoolean(false);
            out.writeDouble(factor);
        }
    }

    /** As {@link #read} reads it. */
    void write(DataOutput out) throws IOException;

    static Target read(DataInput in) throws IOException {
        return in.readBoolean() ? new Risk(in.readDouble()) : new Headroom(in.readDouble());
    }
}
