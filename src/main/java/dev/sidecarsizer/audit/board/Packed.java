package dev.sidecarsizer.audit.board;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sidecarsizer.store.SidecarProfile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import tools.jackson.databind.json.JsonMapper;

/** A profile's status in a quarter of its space: thousands are held, and one at a time is looked into. */
final class Packed {

    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(with -> with.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final byte[] deflated;

    private Packed(byte[] deflated) {
        this.deflated = deflated;
    }

    static Packed of(SidecarProfile.Status status) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
                JSON.writeValue(out, status);
            }
            return new Packed(bytes.toByteArray());
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        } finally {
            // its memory is outside of the heap, and would wait for a collection
            deflater.end();
        }
    }

    SidecarProfile.Status status() {
        Inflater inflater = new Inflater(true);
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(deflated), inflater)) {
            return JSON.readValue(in, SidecarProfile.Status.class);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        } finally {
            inflater.end();
        }
    }
}
