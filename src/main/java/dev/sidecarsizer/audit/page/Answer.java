package dev.sidecarsizer.audit.page;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a request for data is answered. Held as gzip: it is sent so to nearly everybody.
 *
 * @param status of HTTP
 * @param gzip the JSON
 */
@SuppressWarnings("ArrayRecordComponent") // written once, then sent
record Answer(int status, byte[] gzip) {

    private static final int OK = 200;

    /** Writes JSON, field by field. */
    interface Written {
        void to(JsonGenerator json);
    }

    static Answer of(Written fields) {
        return of(OK, fields);
    }

    static Answer fault(int status, String error) {
        return of(status, json -> json.writeStringProperty("error", error));
    }

    static Answer of(int status, Written fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonMapper.shared().createGenerator(new GZIPOutputStream(bytes))) {
            json.writeStartObject();
            fields.to(json);
            json.writeEndObject();
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return new Answer(status, bytes.toByteArray());
    }

    /** Writes it to somebody who does not take gzip. */
    void writePlain(OutputStream out) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            in.transferTo(out);
        }
    }
}
