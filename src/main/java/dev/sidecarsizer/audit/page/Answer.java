package dev.sidecarsizer.audit.page;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a request for data is answered.
 *
 * @param status of HTTP
 * @param gzip the JSON
 * @param soon whether it is worth asking again in a second
 */
@SuppressWarnings("ArrayRecordComponent") // written once, then sent
record Answer(int status, byte[] gzip, boolean soon) {

    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    /** Writes JSON, field by field. */
    interface Written {
        void to(JsonGenerator json);
    }

    static Answer of(Written fields) {
        return new Answer(OK, json(fields), false);
    }

    /** What is asked for is being worked out. */
    static Answer later(Written fields) {
        return new Answer(ACCEPTED, json(fields), true);
    }

    /**
     * There is none.
     *
     * @param error a sentence that says what to do
     */
    static Answer fault(int status, String error) {
        return new Answer(status, json(json -> json.writeStringProperty("error", error)), false);
    }

    /** The same, worth asking for again. */
    Answer again() {
        return new Answer(status, gzip, true);
    }

    private static byte[] json(Written fields) {
        return Gzip.of(out -> {
            try (JsonGenerator json = JsonMapper.shared().createGenerator(out)) {
                json.writeStartObject();
                fields.to(json);
                json.writeEndObject();
            }
        });
    }
}
