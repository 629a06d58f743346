package dev.sidecarsizer.cli.backtest.report;

import dev.sidecarsizer.backtest.replay.Figures;
import dev.sidecarsizer.backtest.replay.Outcome;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Memory against kills, one point a strategy, drawn as SVG. The line joins those that nobody beats in both: the Pareto
 * front.
 */
final class Plot {

    private static final int WIDTH = 560;
    private static final int HEIGHT = 380;
    private static final int LEFT = 84;
    private static final int RIGHT = 28;
    private static final int TOP = 20;
    private static final int BOTTOM = 56;
    private static final double ROOM = 1.08;

    private final String memoryName;
    private final ToDoubleFunction<Figures> memory;
    private final double oracle;
    private final List<Outcome> outcomes;
    private final Scale across;
    private final Scale up;

    /**
     * @param memoryName what the axis across shows
     * @param memory reads it from the figures
     * @param oracle what an oracle would have needed of it
     */
    Plot(String memoryName, ToDoubleFunction<Figures> memory, double oracle, List<Outcome> outcomes) {
        this.memoryName = memoryName;
        this.memory = memory;
        this.oracle = oracle;
        this.outcomes = outcomes;
        double most = outcomes.stream().mapToDouble(this::memoryOf).max().orElse(1);
        double kills = outcomes.stream().mapToDouble(Plot::killsOf).max().orElse(1);
        this.across = Scale.linear(LEFT, WIDTH - RIGHT, Math.max(most, oracle) * ROOM);
        this.up = Scale.logarithmic(HEIGHT - BOTTOM, TOP, kills);
    }

    String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s against OOM kills per million pod-weeks\">%n",
                WIDTH,
                HEIGHT,
                memoryName));
        drawAxes(svg);
        drawFront(svg);
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"oracle\" x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\"/>"
                        + "<text class=\"note\" x=\"%4$.1f\" y=\"%5$d\">oracle</text>%n",
                across.place(oracle),
                TOP,
                HEIGHT - BOTTOM,
                across.place(oracle) + 4,
                TOP + 10));
        for (int i = 0; i < outcomes.size(); i++) {
            drawPoint(svg, outcomes.get(i), i);
        }
        return svg.append("</svg>\n").toString();
    }

    private void drawAxes(StringBuilder svg) {
        for (double tick : across.ticks()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%1$.1f\" y1=\"%2$d\" x2=\"%1$.1f\" y2=\"%3$d\"/>"
                            + "<text class=\"tick\" x=\"%1$.1f\" y=\"%4$d\" text-anchor=\"middle\">%5$s</text>%n",
                    across.place(tick),
                    TOP,
                    HEIGHT - BOTTOM,
                    HEIGHT - BOTTOM + 16,
                    tickText(tick)));
        }
        for (double tick : up.ticks()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%2$d\" y1=\"%1$.1f\" x2=\"%3$d\" y2=\"%1$.1f\"/>"
                            + "<text class=\"tick\" x=\"%4$d\" y=\"%5$.1f\" text-anchor=\"end\">%6$s</text>%n",
                    up.place(tick),
                    LEFT,
                    WIDTH - RIGHT,
                    LEFT - 6,
                    up.place(tick) + 4,
                    tickText(tick)));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 14,
                memoryName));
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"axis\" transform=\"translate(14 %d) rotate(-90)\" text-anchor=\"middle\">"
                        + "OOM kills per million pod-weeks</text>%n",
                (TOP + HEIGHT - BOTTOM) / 2));
    }

    private void drawFront(StringBuilder svg) {
        String points = outcomes.stream()
                .filter(this::isOnFront)
                .sorted(Comparator.comparingDouble(this::memoryOf))
                .map(outcome -> String.format(Locale.ROOT, "%.1f,%.1f", x(outcome), y(outcome)))
                .collect(Collectors.joining(" "));
        svg.append(String.format(Locale.ROOT, "<polyline class=\"front\" points=\"%s\"/>%n", points));
    }

    private void drawPoint(StringBuilder svg, Outcome outcome, int number) {
        boolean left = x(outcome) > (LEFT + WIDTH) / 2.0;
        svg.append(String.format(
                Locale.ROOT,
                "<circle class=\"point s%d%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"><title>%s: %s GiB·h, %s kills per million"
                        + " pod-weeks</title></circle>",
                number % Page.COLOURS,
                isOnFront(outcome) ? " best" : "",
                x(outcome),
                y(outcome),
                outcome.strategy(),
                Words.amount(memoryOf(outcome)),
                Words.whole(killsOf(outcome))));
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"name\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                x(outcome) + (left ? -10 : 10),
                y(outcome) - 8 - 11 * stackedUnder(number),
                left ? "end" : "start",
                outcome.strategy()));
    }

    /** How many points before this one would have their name where its own goes. */
    private long stackedUnder(int number) {
        Outcome outcome = outcomes.get(number);
        return outcomes.subList(0, number).stream()
                .filter(other -> Math.abs(x(other) - x(outcome)) < 60 && Math.abs(y(other) - y(outcome)) < 11)
                .count();
    }

    private boolean isOnFront(Outcome outcome) {
        return outcomes.stream()
                .noneMatch(other -> memoryOf(other) <= memoryOf(outcome)
                        && killsOf(other) <= killsOf(outcome)
                        && (memoryOf(other) < memoryOf(outcome) || killsOf(other) < killsOf(outcome)));
    }

    private double x(Outcome outcome) {
        return across.place(memoryOf(outcome));
    }

    private double y(Outcome outcome) {
        return up.place(killsOf(outcome));
    }

    private double memoryOf(Outcome outcome) {
        return memory.applyAsDouble(outcome.total());
    }

    private static double killsOf(Outcome outcome) {
        return outcome.total().killsPerMillionPodWeeks();
    }

    private static String tickText(double tick) {
        return tick != 0 && tick < 1
                ? Words.amount(tick)
                : tick == Math.rint(tick) ? Words.whole(tick) : Words.amount(tick);
    }
}
