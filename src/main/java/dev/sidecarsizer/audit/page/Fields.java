package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.profile.Running;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Fields as the page reads them: what is not known is left out of an object, and {@code null} in a row. */
record Fields(JsonGenerator json) {

    Fields text(String name, @Nullable Object value) {
        if (value != null) {
            json.writeStringProperty(name, value.toString());
        }
        return this;
    }

    Fields number(String name, @Nullable Number value) {
        if (value != null) {
            json.writeName(name);
            if (value instanceof Double fraction) {
                json.writeNumber(fraction);
            } else {
                json.writeNumber(value.longValue());
            }
        }
        return this;
    }

    Fields flag(String name, @Nullable Boolean value) {
        if (value != null) {
            json.writeBooleanProperty(name, value);
        }
        return this;
    }

    Fields bytes(String name, @Nullable Bytes value) {
        return number(name, value == null ? null : (Long) value.value());
    }

    /** {@code requestNow} and {@code limitNow} for {@code when} {@code Now}. */
    Fields memory(String when, @Nullable Memory memory) {
        return memory == null ? this : bytes("request" + when, memory.request()).bytes("limit" + when, memory.limit());
    }

    /** The pods that run, where that is recorded. */
    Fields running(Running running) {
        if (running.pods() > 0) {
            json.writeObjectPropertyStart("running");
            number("sized", running.sized())
                    .number("kept", running.kept())
                    .number("missed", running.missed())
                    .number("earlier", running.earlier())
                    .number("misfits", running.misfits());
            json.writeEndObject();
        }
        return this;
    }

    Fields cell(@Nullable String value) {
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value);
        }
        return this;
    }

    Fields cell(@Nullable Bytes value) {
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value.value());
        }
        return this;
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
