package dev.sidecarsizer.store;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Turns the untyped part of an object into a record. Scalars become text where text is asked for. */
final class Typed {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final JsonMapper STRICT = MAPPER.rebuild()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Typed() {}

    /**
     * The record, {@code null} where there is no part.
     *
     * @throws Unreadable where a field has a value of the wrong type, naming the field
     */
    static <T> @Nullable T of(String field, @Nullable Object part, Class<T> type) throws Unreadable {
        try {
            return MAPPER.convertValue(part, type);
        } catch (JacksonException | IllegalArgumentException wrong) {
            throw new Unreadable(where(field, wrong) + ": has a value of the wrong type; see kubectl explain for it");
        }
    }

    /** The first field of {@code body} that the kind does not have: a slip of the pen, or a newer version's. */
    static Optional<String> unknownField(Map<String, Object> body, Class<?> type) {
        try {
            STRICT.convertValue(body, type);
            return Optional.empty();
        } catch (UnrecognizedPropertyException unknown) {
            return Optional.of(where("", unknown).replaceFirst("^\\.", ""));
        } catch (JacksonException | IllegalArgumentException wrongOtherwise) {
            return Optional.empty();
        }
    }

    private static String where(String field, RuntimeException wrong) {
        StringBuilder path = new StringBuilder(field);
        if (wrong instanceof JacksonException located) {
            for (JacksonException.Reference step : located.getPath()) {
                path.append(
                        step.getPropertyName() != null ? "." + step.getPropertyName() : "[" + step.getIndex() + "]");
            }
        }
        return path.length() > 200 ? path.substring(0, 200) + "…" : path.toString();
    }

    /** A value of the wrong type, named. */
    static final class Unreadable extends Exception {
        Unreadable(String message) {
            super(message);
        }
    }
}
