package dev.sidecarsizer.cli.backtest.recording;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how much of a file was read. */
final class CountedStream extends FilterInputStream {

    private final LongConsumer progress;
    private long read;

    CountedStream(InputStream from, LongConsumer progress) {
        super(from);
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        if (value >= 0) {
            progress.accept(++read);
        }
        return value;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        int count = super.read(into, from, most);
        if (count > 0) {
            read += count;
            progress.accept(read);
        }
        return count;
    }
}
