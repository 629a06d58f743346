package dev.sidecarsizer.collect.openmetrics;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the two text formats, in one pass and with the memory of one line.
 *
 * <p>Comments, types and units are passed over, exemplars too. What a family's type demands of its samples is not
 * checked; a line that cannot be read is a fault, for a half-read exposition would be taken for a whole one.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus' text format 0.0.4</a>
 * @see <a href="https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md">OpenMetrics 1.0</a>
 */
public final class OpenMetrics {

    /** The longest line that is read, in characters: Envoy's longest are of some thousands. */
    public static final int LONGEST_LINE = 1 << 20;

    /** How the two differ where samples are concerned. */
    public enum Format {
        /** Timestamps in milliseconds; ends where it ends. */
        TEXT,
        /** Timestamps in seconds; ends with {@code # EOF}, without which it was cut off. */
        OPENMETRICS;

        /** The format that a {@code Content-Type} names; {@link #TEXT} unless it says otherwise. */
        public static Format of(@Nullable String contentType) {
            return contentType != null && contentType.strip().startsWith("application/openmetrics-text")
                    ? OPENMETRICS
                    : TEXT;
        }
    }

    /** Takes samples in the order in which they stand. */
    @FunctionalInterface
    public interface Samples {

        /**
         * One sample.
         *
         * @param labels without the name
         * @param millis its timestamp in milliseconds since the epoch; empty where it has none
         */
        void take(String name, Map<String, String> labels, double value, OptionalLong millis);
    }

    private OpenMetrics() {}

    /**
     * Reads all samples. Those before a fault have been given already.
     *
     * @throws OpenMetricsFault where a line is none of the format's; the message has its number
     */
    public static void read(Reader from, Format format, Samples into) throws IOException, OpenMetricsFault {
        BufferedReader reader = from instanceof BufferedReader buffered ? buffered : new BufferedReader(from);
        StringBuilder line = new StringBuilder();
        boolean ended = false;
        for (int number = 1; next(reader, line, number); number++) {
            String text = line.toString();
            if (ended) {
                throw new OpenMetricsFault(number, "something follows # EOF");
            }
            if (format == Format.OPENMETRICS && text.equals("# EOF")) {
                ended = true;
            } else if (!isComment(text)) {
                new SampleLine(text, number, format).read(into);
            }
        }
        if (format == Format.OPENMETRICS && !ended) {
            throw new OpenMetricsFault(0, "it does not end with # EOF: it was cut off");
        }
    }

    private static boolean isComment(String line) {
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c != ' ' && c != '\t') {
                return c == '#';
            }
        }
        return true;
    }

    /** Reads one line without its end; a carriage return belongs to it, for only {@code \n} ends one. */
    private static boolean next(Reader reader, StringBuilder into, int number) throws IOException, OpenMetricsFault {
        into.setLength(0);
        for (int c = reader.read(); c != '\n'; c = reader.read()) {
            if (c < 0) {
                return !into.isEmpty();
            }
            if (into.length() == LONGEST_LINE) {
                throw new OpenMetricsFault(number, "longer than " + LONGEST_LINE + " characters");
            }
            into.append((char) c);
        }
        return true;
    }
}
