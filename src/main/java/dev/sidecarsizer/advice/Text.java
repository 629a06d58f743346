package dev.sidecarsizer.advice;

import dev.sidecarsizer.mesh.Bytes;
import java.util.Locale;

/** Numbers for people. */
final class Text {

    private static final double MEBIBYTE = Bytes.mebi(1).value();

    private Text() {}

    /** In whole MiB, from one on; else with a digit after the point. */
    static String mebi(Bytes bytes) {
        double mebibytes = bytes.value() / MEBIBYTE;
        return String.format(Locale.ROOT, mebibytes < 10 && bytes.value() > 0 ? "%.1f MiB" : "%.0f MiB", mebibytes);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }
}
