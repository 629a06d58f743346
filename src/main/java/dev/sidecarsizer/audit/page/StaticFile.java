package dev.sidecarsizer.audit.page;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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
        return new StaticFile(type, text ? Gzip.of(out -> out.write(content)) : content, text, tag(content));
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
