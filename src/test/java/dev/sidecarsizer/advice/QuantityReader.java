package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** {@code 128Mi} in a case. */
final class QuantityReader extends ValueDeserializer<Bytes> {

    @Override
    public Bytes deserialize(JsonParser parser, DeserializationContext context) {
        return Bytes.parse(parser.getString());
    }
}
