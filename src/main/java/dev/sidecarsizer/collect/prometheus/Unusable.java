package dev.sidecarsizer.collect.prometheus;

import java.util.Optional;

/** Why a number from Prometheus is not used. */
public enum Unusable {
    NOT_A_NUMBER,
    INFINITE,
    NEGATIVE,
    /** More than 1 TiB, which no proxy has. */
    ABSURD,
    /** One of the numbers that make up a window is not there. */
    INCOMPLETE;

    private static final double MOST = 1L << 40;

    /** What is wrong with an amount of memory, or with anything that is counted. */
    static Optional<Unusable> of(double value) {
        if (Double.isNaN(value)) {
            return Optional.of(NOT_A_NUMBER);
        }
        if (Double.isInfinite(value)) {
            return Optional.of(INFINITE);
        }
        if (value < 0) {
            return Optional.of(NEGATIVE);
        }
        return value > MOST ? Optional.of(ABSURD) : Optional.empty();
    }
}
