package dev.sidecarsizer.collect.openmetrics;

import dev.sidecarsizer.collect.openmetrics.OpenMetrics.Format;
import dev.sidecarsizer.collect.openmetrics.OpenMetrics.Samples;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** One line with a sample: {@code name{label="value",…} value [timestamp] [# exemplar]}. */
final class SampleLine {

    private static final int LONGEST_SHOWN = 80;
    private static final int LONGEST_TIMESTAMP = 40;
    private static final BigDecimal LAST_MILLI = BigDecimal.valueOf(Long.MAX_VALUE);

    private final String line;
    private final int number;
    private final Format format;
    private int at;

    SampleLine(String line, int number, Format format) {
        this.line = line;
        this.number = number;
        this.format = format;
    }

    void read(Samples into) throws OpenMetricsFault {
        skipBlanks();
        String name = isAt('{') ? "" : word(true);
        Map<String, String> labels = new LinkedHashMap<>();
        skipBlanks();
        if (isAt('{')) {
            at++;
            name = labels(name, labels);
        }
        if (name.isEmpty()) {
            // as promtool tsdb dump writes it
            name = Objects.requireNonNullElse(labels.remove("__name__"), "");
        }
        if (name.isEmpty()) {
            throw fault("a sample without a name");
        }
        double value = value();
        OptionalLong millis = timestamp();
        into.take(name, labels, value, millis);
    }

    /** Reads labels up to the brace; a quoted text without a value is the name, as Prometheus 3 writes it. */
    private String labels(String before, Map<String, String> into) throws OpenMetricsFault {
        String name = before;
        for (skipBlanks(); !isAt('}'); skipBlanks()) {
            boolean quoted = isAt('"');
            String label = quoted ? quoted() : word(false);
            skipBlanks();
            if (quoted && !isAt('=')) {
                if (!name.isEmpty()) {
                    throw fault("two names");
                }
                name = label;
            } else {
                expect('=');
                skipBlanks();
                if (into.put(label, quoted()) != null) {
                    throw fault("label " + label + " twice");
                }
            }
            skipBlanks();
            if (!isAt('}')) {
                expect(',');
            }
        }
        at++;
        if (format == Format.OPENMETRICS && !isAt(' ')) {
            throw fault("no blank after the labels");
        }
        return name;
    }

    private double value() throws OpenMetricsFault {
        String text = untilBlank();
        try {
            return SampleValue.parse(text);
        } catch (NumberFormatException noNumber) {
            throw fault(text.isEmpty() ? "no value" : "its value " + noNumber.getMessage());
        }
    }

    private OptionalLong timestamp() throws OpenMetricsFault {
        skipBlanks();
        boolean openMetrics = format == Format.OPENMETRICS;
        if (at == line.length() || (openMetrics && isAt('#'))) {
            return OptionalLong.empty();
        }
        String text = untilBlank();
        skipBlanks();
        if (at < line.length() && !(openMetrics && isAt('#'))) {
            throw fault("something follows the timestamp");
        }
        if (text.length() > LONGEST_TIMESTAMP) {
            throw fault("its timestamp is too long");
        }
        try {
            return OptionalLong.of(openMetrics ? millis(text) : Long.parseLong(text));
        } catch (NumberFormatException noNumber) {
            throw fault("its timestamp \"" + text + "\" is no number");
        }
    }

    private static long millis(String seconds) {
        if (!Double.isFinite(SampleValue.parse(seconds))) {
            throw new NumberFormatException();
        }
        BigDecimal exact = new BigDecimal(seconds);
        // the exponent is a stranger's: it is looked at before any arithmetic
        if (exact.precision() - exact.scale() > 16) {
            throw new NumberFormatException();
        }
        BigDecimal millis = exact.movePointRight(3);
        if (millis.abs().compareTo(LAST_MILLI) > 0) {
            throw new NumberFormatException();
        }
        return millis.longValue();
    }

    /** A name: letters, digits and underscores, no digit first; a metric's may have colons. */
    private String word(boolean metric) throws OpenMetricsFault {
        int start = at;
        while (at < line.length() && isPartOfWord(line.charAt(at), at == start, metric)) {
            at++;
        }
        if (at == start) {
            throw fault(metric ? "no metric's name" : "no label's name");
        }
        return line.substring(start, at);
    }

    private static boolean isPartOfWord(char c, boolean first, boolean metric) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '_'
                || (metric && c == ':')
                || (!first && c >= '0' && c <= '9');
    }

    private String quoted() throws OpenMetricsFault {
        expect('"');
        StringBuilder text = new StringBuilder();
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '"') {
                return text.toString();
            }
            if (c == '\\' && at < line.length()) {
                char escaped = line.charAt(at++);
                switch (escaped) {
                    case 'n' -> text.append('\n');
                    case '"', '\\' -> text.append(escaped);
                    default -> text.append('\\').append(escaped);
                }
            } else {
                text.append(c);
            }
        }
        throw fault("a quote is not closed");
    }

    private String untilBlank() {
        skipBlanks();
        int start = at;
        while (at < line.length() && line.charAt(at) != ' ' && line.charAt(at) != '\t') {
            at++;
        }
        return line.substring(start, at);
    }

    private void skipBlanks() {
        while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
            at++;
        }
    }

    private boolean isAt(char wanted) {
        return at < line.length() && line.charAt(at) == wanted;
    }

    private void expect(char wanted) throws OpenMetricsFault {
        if (!isAt(wanted)) {
            throw fault("no " + wanted + " at column " + (at + 1));
        }
        at++;
    }

    private OpenMetricsFault fault(String what) {
        String shown = line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "…" : line;
        return new OpenMetricsFault(number, what + ": " + shown);
    }
}
