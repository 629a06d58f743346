package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.Bytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lets so many bytes through, and then no more: an answer without an end must not fill our memory. */
public final class BoundedStream extends FilterInputStream {

    private final Bytes bound;
    private final Exceeded exceeded;
    private long left;

    /**
     * @param exceeded told in words when there is more
     */
    public BoundedStream(InputStream in, Bytes bound, Exceeded exceeded) {
        super(in);
        this.bound = bound;
        this.exceeded = exceeded;
        this.left = bound.value();
    }

    /** Ends the reading. */
    @FunctionalInterface
    public interface Exceeded {

        /** Throws, always. */
        void tell(String message) throws IOException;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        count(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = super.read(into, offset, length);
        count(Math.max(0, read));
        return read;
    }

    private void count(int read) throws IOException {
        left -= read;
        if (left < 0) {
            exceeded.tell("an answer of more than " + bound);
        }
    }
}
