package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** The last {@value #MOST} pod templates and proxy images that pods of a subject were made from, each pair once. */
final class Makes {

    private static final int MOST = 8;

    private final SequencedSet<Integer> last = new LinkedHashSet<>();

    /** Notes one, and returns whether it is new. */
    boolean add(@Nullable String revision, String image) {
        boolean isNew = last.add(Objects.hash(revision, image));
        if (last.size() > MOST) {
            last.removeFirst();
        }
        return isNew;
    }

    int size() {
        return last.size();
    }

    /** Whether none was new after this one. */
    boolean endWith(@Nullable String revision, String image) {
        return !last.isEmpty() && last.getLast() == Objects.hash(revision, image);
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(last.size());
        for (int make : last) {
            out.writeInt(make);
        }
    }

    static Makes read(DataInput in) throws IOException {
        Makes read = new Makes();
        for (int size = in.readUnsignedByte(); size > 0; size--) {
            read.last.add(in.readInt());
        }
        return read;
    }
}
