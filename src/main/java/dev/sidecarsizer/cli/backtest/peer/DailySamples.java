package dev.sidecarsizer.cli.backtest.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Counts of samples by day and size, in classes that are 0.1 % wide. */
final class DailySamples {

    private static final long DAY = 86_400;
    private static final double WIDTH = Math.log1p(0.001);

    private final long days;
    private final Deque<Day> kept = new ArrayDeque<>();

    /** @param days after which a day is forgotten */
    DailySamples(long days) {
        this.days = days;
    }

    void add(long second, long value) {
        long number = Math.floorDiv(second, DAY);
        Day last = kept.peekLast();
        if (last == null || last.number() != number) {
            last = new Day(number, new HashMap<>());
            kept.addLast(last);
        }
        last.counts().computeIfAbsent(classOf(value), any -> new int[1])[0]++;
    }

    /** A value that at least this share of the samples is not above, 0.1 % and a byte too high at most; empty without any. */
    OptionalLong percentile(double share, long now) {
        while (!kept.isEmpty() && (kept.getFirst().number() + 1 + days) * DAY <= now) {
            kept.removeFirst();
        }
        TreeMap<Integer, Long> all = new TreeMap<>();
        long total = 0;
        for (Day day : kept) {
            for (Map.Entry<Integer, int[]> entry : day.counts().entrySet()) {
                all.merge(entry.getKey(), (long) entry.getValue()[0], Long::sum);
                total += entry.getValue()[0];
            }
        }
        long rank = (long) Math.ceil(share * total);
        long below = 0;
        for (Map.Entry<Integer, Long> entry : all.entrySet()) {
            below += entry.getValue();
            if (below >= rank) {
                return OptionalLong.of(upperEndOf(entry.getKey()));
            }
        }
        return OptionalLong.empty();
    }

    private static int classOf(long value) {
        return value <= 1 ? 0 : (int) Math.ceil(Math.log((double) value) / WIDTH);
    }

    private static long upperEndOf(int number) {
        return (long) Math.exp(number * WIDTH) + 1;
    }

    private record Day(long number, Map<Integer, int[]> counts) {}
}
