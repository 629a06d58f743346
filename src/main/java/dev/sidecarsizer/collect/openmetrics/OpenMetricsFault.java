package dev.sidecarsizer.collect.openmetrics;

/** A text that is no exposition; the message says where and why. */
public final class OpenMetricsFault extends Exception {

    /**
     * @param line its number, from 1; 0 for the whole
     */
    OpenMetricsFault(int line, String what) {
        super(line == 0 ? what : "line " + line + ": " + what);
    }
}
