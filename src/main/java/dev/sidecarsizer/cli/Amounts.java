package dev.sidecarsizer.cli;

import dev.sidecarsizer.mesh.Bytes;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/** Amounts as options have them. */
final class Amounts {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(s|m|h|d)");

    private Amounts() {}

    static Bytes memory(String text) {
        try {
            return Bytes.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    static Duration duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException("\"" + text + "\" is no duration: write 60s, 5m, 1h or 14d");
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
