package dev.sidecarsizer.collect.prometheus;

import dev.sidecarsizer.mesh.Bytes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Lets so many bytes through, and then no more: an answer without an end must not fill our memory. */
final class BoundedStream extends FilterInputStream {

    private final Bytes bound;
    private long left;

    BoundedStream(InputStream in, Bytes bound) {
        super(in);
        this.bound = bound;
        this.left = bound.value();
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

    private void count(int read) {
        left -= read;
        if (left < 0) {
            throw new TooMuch("an answer of more than " + bound);
        }
    }
}
