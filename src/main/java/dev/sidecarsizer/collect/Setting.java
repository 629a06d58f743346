package dev.sidecarsizer.collect;

import java.time.Duration;

/** What a property may be set to; whoever sets another value is told the property, the value, the bound and an example. */
public final class Setting {

    private Setting() {}

    /**
     * Checks a time.
     *
     * @param property its whole name
     * @throws IllegalArgumentException where it is out of bounds
     */
    public static void between(String property, Duration value, Duration least, Duration most, String example) {
        check(value.compareTo(least) >= 0 && value.compareTo(most) <= 0, property, value, least, most, example);
    }

    /**
     * Checks a number.
     *
     * @param property its whole name
     * @throws IllegalArgumentException where it is out of bounds
     */
    public static void between(String property, int value, int least, int most, int example) {
        check(value >= least && value <= most, property, value, least, most, example);
    }

    private static void check(boolean fits, String property, Object value, Object least, Object most, Object example) {
        if (!fits) {
            throw new IllegalArgumentException(
                    property + " " + value + ": must be from " + least + " to " + most + ", for example " + example);
        }
    }
}
