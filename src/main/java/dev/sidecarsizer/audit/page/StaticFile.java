package dev.sidecarsizer.audit.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the page.
 *
 * @param type its media type
 * @param bytes as they are sent
 * @param gzipped whether those are gzip
 * @param tag its ETag, quotes included
 */
@SuppressWarnings("ArrayRecordComponent") // read once, then sent
record StaticFile(String type, byte[] bytes, boolean gzipped, String tag) {

    private static final int TAG_BYTES = 12;

    static StaticFile of(String type, byte[] content) {
        boolean text = !type.startsWith("image/png") && !type.startsWith("font/");
        return new StaticFile(type, text ? gzip(content) : content, text, tag(content));
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 3 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    private static String tag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"';
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
