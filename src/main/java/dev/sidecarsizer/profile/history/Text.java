package dev.sidecarsizer.profile.history;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

/** A history as text: base64 of a version and what its parts write. */
final class Text {

    private static final int VERSION = 1;

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
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Base64.getEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    static <T> T read(String text, Reading<T> whole) throws HistoryFault {
        try {
            DataInputStream in = new DataInputStream(
                    new ByteArrayInputStream(Base64.getDecoder().decode(text)));
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new HistoryFault("a history of version " + version + " cannot be read, only " + VERSION
                        + ": it begins anew; to keep it, go back to the release that wrote it");
            }
            T read = whole.read(in);
            if (in.read() >= 0) {
                throw new HistoryFault("a history has more in it than it should: it begins anew");
            }
            return read;
        } catch (IOException | IllegalArgumentException damaged) {
            throw new HistoryFault("a history is damaged (" + damaged + "): it begins anew");
        }
    }
}
