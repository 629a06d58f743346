package dev.sidecarsizer.mesh;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The grammar of Kubernetes quantities, with length and exponent bounded before any arithmetic. */
final class Quantity {

    private static final int LONGEST = 32;
    private static final Pattern GRAMMAR =
            Pattern.compile("\\+?(\\d+\\.?\\d*|\\.\\d+)(?:[eE]([+-]?\\d{1,2})|([KMGTPE]i|[numkMGTPE]))?");
    private static final Map<String, BigDecimal> UNITS = Map.ofEntries(
            Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
            Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
            Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
            Map.entry("k", BigDecimal.ONE.movePointRight(3)),
            Map.entry("M", BigDecimal.ONE.movePointRight(6)),
            Map.entry("G", BigDecimal.ONE.movePointRight(9)),
            Map.entry("T", BigDecimal.ONE.movePointRight(12)),
            Map.entry("P", BigDecimal.ONE.movePointRight(15)),
            Map.entry("E", BigDecimal.ONE.movePointRight(18)),
            Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
            Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
            Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
            Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
            Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
            Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    private Quantity() {}

    /**
     * The number that a quantity stands for, never negative.
     *
     * @throws IllegalArgumentException naming the text and a remedy
     */
    static BigDecimal parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("quantity of " + text.length() + " characters (\""
                    + text.substring(0, LONGEST) + "…\"): at most " + LONGEST + ", for example 192Mi");
        }
        Matcher parts = GRAMMAR.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no quantity from 0 to 8Ei: write a positive one, for example 192Mi");
        }
        BigDecimal number = new BigDecimal(parts.group(1));
        if (parts.group(2) != null) {
            return number.scaleByPowerOfTen(Integer.parseInt(parts.group(2)));
        }
        return number.multiply(UNITS.getOrDefault(String.valueOf(parts.group(3)), BigDecimal.ONE));
    }
}
