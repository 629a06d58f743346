package dev.sidecarsizer.collect.openmetrics;

import java.util.Locale;
import java.util.regex.Pattern;

/** A sample's value as Prometheus writes it, in an exposition and in the answers of its API. */
public final class SampleValue {

    /** No digit may be repeated without bound: a number has one reading, found in the time it takes to read it. */
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?");

    private static final int LONGEST = 400;
    private static final int LONGEST_SHOWN = 40;

    private SampleValue() {}

    /**
     * Reads {@code 1.5}, {@code 1e9}, {@code NaN}, {@code +Inf}, {@code -Infinity}, of any case.
     *
     * @throws NumberFormatException where it is no number
     */
    public static double parse(String text) {
        if (text.length() <= LONGEST && DECIMAL.matcher(text).matches()) {
            return Double.parseDouble(text);
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan", "+nan", "-nan" -> Double.NaN;
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default ->
                throw new NumberFormatException(
                        "\"" + text.substring(0, Math.min(text.length(), LONGEST_SHOWN)) + "\" is no number");
        };
    }
}
