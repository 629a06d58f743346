package dev.sidecarsizer.profile.history;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;

/** A history as text: base64 of a version, what its parts write, and a checksum, since most damage would pass for numbers. */
final class Text {

    private static final int VERSION = 3;

    private Text() {}

    @FunctionalInterface
    interface Part {
        void write(DataOutput out) throws IOException;
    }

    @FunctionalInterface
    interface Reading<T> {
        T read(DataInput in) throws IOException;
    }

    static String of(Part whole) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            whole.write(out);
            out.writeInt(checksum(bytes.toByteArray()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Base64.getEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    private static int checksum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return (int) sum.getValue();
    }

    static <T> T read(String text, Reading<T> whole) throws HistoryFault {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new HistoryFault("a history of version " + version + " cannot be read, only " + VERSION
                        + ": it begins anew; to keep it, go back to the release that wrote it");
            }
            int end = Math.max(0, bytes.length - Integer.BYTES);
            if (checksum(Arrays.copyOf(bytes, end)) != ByteBuffer.wrap(bytes).getInt(end)) {
                throw new HistoryFault("a history is damaged (its checksum differs): it begins anew");
            }
            T read = whole.read(in);
            if (in.available() != Integer.BYTES) {
                throw new HistoryFault("a history is damaged (it ends where it should not): it begins anew");
            }
            return read;
        } catch (IOException | RuntimeException damaged) {
            throw new HistoryFault("a history is damaged (" + damaged + "): it begins anew");
        }
    }
}
