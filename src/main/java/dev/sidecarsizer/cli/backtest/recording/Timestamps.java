package dev.sidecarsizer.cli.backtest.recording;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/** Reads moments as files write them, and counts in which form they came. */
final class Timestamps {

    /** As seconds this is the year 5138, as milliseconds 1973: so what is more is milliseconds. */
    private static final double FIRST_MILLISECONDS = 1e11;

    private static final int MILLISECONDS = 1000;
    private static final int LONGEST = 40;
    private static final int YEAR = 4;

    private final Map<Form, Long> seen = new EnumMap<>(Form.class);

    /** How a moment is written. */
    enum Form {
        SECONDS("Unix seconds"),
        MILLISECONDS("Unix milliseconds"),
        RFC_3339("RFC 3339");

        private final String words;

        Form(String words) {
            this.words = words;
        }

        /** For people. */
        String words() {
            return words;
        }
    }

    /**
     * Reads Unix seconds, Unix milliseconds or RFC 3339; empty where it is none of them.
     *
     * @return whole seconds since the epoch, a fraction cut off
     */
    OptionalLong read(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return OptionalLong.empty();
        }
        return text.length() > YEAR && text.charAt(YEAR) == '-' ? date(text) : number(text);
    }

    /** Counts one that was read elsewhere. */
    void count(Form form) {
        seen.merge(form, 1L, Long::sum);
    }

    /** How many were read in each form. */
    Map<Form, Long> seen() {
        return seen;
    }

    private OptionalLong date(String text) {
        try {
            long second = OffsetDateTime.parse(text.replace(' ', 'T')).toEpochSecond();
            return counted(Form.RFC_3339, second);
        } catch (DateTimeException e) {
            return OptionalLong.empty();
        }
    }

    private OptionalLong number(String text) {
        double number;
        try {
            number = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
        if (!(Math.abs(number) < Long.MAX_VALUE)) {
            return OptionalLong.empty();
        }
        return Math.abs(number) < FIRST_MILLISECONDS
                ? counted(Form.SECONDS, (long) Math.floor(number))
                : counted(Form.MILLISECONDS, (long) Math.floor(number / MILLISECONDS));
    }

    private OptionalLong counted(Form form, long second) {
        count(form);
        return OptionalLong.of(second);
    }
}
