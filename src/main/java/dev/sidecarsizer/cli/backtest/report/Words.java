package dev.sidecarsizer.cli.backtest.report;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Words {

    private static final double PERCENT = 100;

    private Words() {}

    /** {@code 1h30m}. */
    static String duration(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String whole(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    /** Three digits that matter, more for large numbers. */
    static String amount(double number) {
        double size = Math.abs(number);
        String form = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, form, number);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", share * PERCENT);
    }

    /** {@code 1.8×}; a dash where there is nothing to compare with. */
    static String times(double part, double whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.2f×", part / whole);
    }
}
