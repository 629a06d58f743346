package dev.sidecarsizer.cli.backtest.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Where on an axis a value stands, and where its ticks are.
 *
 * <p>Kills reach from none to millions, so their axis is logarithmic from 1 on, with room for zero below it.
 *
 * @param from pixel of the axis' start
 * @param to pixel of its end
 * @param most value at its end
 * @param logarithmic whether it counts in powers of ten
 */
record Scale(double from, double to, double most, boolean logarithmic) {

    /** Share of a logarithmic axis that belongs to less than 1. */
    private static final double ROOM_FOR_ZERO = 0.12;

    private static final int TEN = 10;
    private static final int TICKS = 5;

    /** From 0 to a round number that is {@code most} or more. */
    static Scale linear(double from, double to, double most) {
        double step = roundStep(most);
        return new Scale(from, to, Math.max(step, Math.ceil(most / step) * step), false);
    }

    /** From 0, over 1, to a power of ten that is {@code most} or more. */
    static Scale logarithmic(double from, double to, double most) {
        return new Scale(from, to, Math.pow(TEN, Math.max(1, Math.ceil(Math.log10(Math.max(1, most))))), true);
    }

    double place(double value) {
        return from + (to - from) * share(value);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>(List.of(0.0));
        if (logarithmic) {
            for (double tick = 1; tick <= most; tick *= TEN) {
                ticks.add(tick);
            }
        } else {
            double step = roundStep(most);
            for (int i = 1; i * step <= most * (1 + 1e-9); i++) {
                ticks.add(i * step);
            }
        }
        return ticks;
    }

    private double share(double value) {
        if (!logarithmic) {
            return value / most;
        }
        return value < 1
                ? value * ROOM_FOR_ZERO
                : ROOM_FOR_ZERO + (1 - ROOM_FOR_ZERO) * Math.log10(value) / Math.log10(most);
    }

    /** 1, 2 or 5 times a power of ten, so that there are about {@value #TICKS} steps. */
    private static double roundStep(double most) {
        double rough = Math.max(most, 1e-6) / TICKS;
        double power = Math.pow(TEN, Math.floor(Math.log10(rough)));
        double digits = rough / power;
        return power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : TEN);
    }
}
