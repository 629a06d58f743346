package dev.sidecarsizer.store;

import dev.sidecarsizer.mesh.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one object that a stranger wrote, and keeps the first fault: which field, what it says, what it
 * may say. Nothing here throws, and no text is worked on before its length is known.
 */
final class Reading {

    /** Below this no proxy starts; above it no node is. */
    static final Bytes LEAST_MEMORY = Bytes.mebi(16);

    static final Bytes MOST_MEMORY = Bytes.mebi(1L << 20);

    private static final int LONGEST_DURATION = 21;
    private static final int SHOWN = 40;
    private static final int LONGEST_LINE = 400;
    private static final Pattern DURATION = Pattern.compile("(?:\\d{1,6}[hms]){1,3}");
    private static final Pattern PART = Pattern.compile("(\\d+)([hms])");

    private @Nullable String fault;

    /** The first fault, {@code null} where there was none. */
    @Nullable
    String fault() {
        return fault;
    }

    void fault(String text) {
        if (fault == null) {
            fault = line(text);
        }
    }

    /** The quantity in {@code text}; {@code null} where there is none or it is out of bounds. */
    @Nullable
    Bytes memory(String field, @Nullable String text, Bytes least, String example) {
        if (text == null) {
            return null;
        }
        Bytes bytes;
        try {
            bytes = Bytes.parse(text);
        } catch (IllegalArgumentException unreadable) {
            fault(field + ": " + unreadable.getMessage());
            return null;
        }
        if (bytes.isLess(least) || bytes.isMore(MOST_MEMORY)) {
            fault(field + " " + shown(text) + ": must be between " + least + " and 1Ti, for example " + example);
            return null;
        }
        return bytes;
    }

    /** The duration in {@code text}; {@code null} where there is none, it says {@code none}, or it is out of bounds. */
    @Nullable
    Duration duration(String field, @Nullable String text, Duration least, Duration most, String example) {
        if (text == null || text.equals("none")) {
            return null;
        }
        Duration duration = text.length() > LONGEST_DURATION ? null : parse(text);
        if (duration == null || duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            fault(field + " " + shown(text) + ": must be a duration from " + say(least) + " to " + say(most)
                    + ", for example " + example);
            return null;
        }
        return duration;
    }

    /** The time in {@code text}; the epoch where there is none. */
    Instant time(String field, @Nullable String text) {
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException unreadable) {
            fault(field + " " + shown(text) + ": must be a time, for example 2026-11-20T10:00:00Z");
            return Instant.EPOCH;
        }
    }

    int count(String field, @Nullable Integer number) {
        if (number != null && number < 0) {
            fault(field + " " + number + ": must not be negative");
        }
        return number == null || number < 0 ? 0 : number;
    }

    /** A value of a stranger, short enough for a line and without control characters. */
    static String shown(String text) {
        return "\"" + line(text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text) + "\"";
    }

    /** A stranger's text as one line of a log. */
    static String line(String text) {
        String cut = text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", " ");
    }

    private static @Nullable Duration parse(String text) {
        if (!DURATION.matcher(text).matches()) {
            return null;
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long number = Long.parseLong(part.group(1));
            sum = switch (part.group(2)) {
                case "h" -> sum.plusHours(number);
                case "m" -> sum.plusMinutes(number);
                default -> sum.plusSeconds(number);
            };
        }
        return sum;
    }

    private static String say(Duration duration) {
        return duration.toHours() > 0 && duration.toMinutesPart() == 0
                ? duration.toHours() + "h"
                : duration.toSeconds() + "s";
    }
}
