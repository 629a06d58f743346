package dev.sidecarsizer.backtest.peer;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.OptionalLong;

/** Counts of samples by day and size, in classes that are 0.2 % wide. */
final class DailySamples {

    private static final long DAY = 86_400;
    private static final double WIDTH = Math.log1p(0.002);

    private final long days;
    private final Deque<Day> kept = new ArrayDeque<>();

    /** @param days after which a day is forgotten */
    DailySamples(long days) {
        this.days = days;
    }

    void add(long second, long value) {
        long number = Math.floorDiv(second, DAY);
        Day last = kept.peekLast();
        if (last == null || last.number != number) {
            last = new Day(number, classOf(value));
            kept.addLast(last);
        }
        last.count(classOf(value));
    }

    /** A value that at least this share of the samples is not above, 0.2 % and a byte too high at most; empty without any. */
    OptionalLong percentile(double share, long now) {
        while (!kept.isEmpty() && (kept.getFirst().number + 1 + days) * DAY <= now) {
            kept.removeFirst();
        }
        if (kept.isEmpty()) {
            return OptionalLong.empty();
        }
        int first = kept.stream().mapToInt(day -> day.first).min().orElse(0);
        int end = kept.stream().mapToInt(Day::end).max().orElse(0);
        long rank = (long)
                Math.ceil(share * kept.stream().mapToLong(day -> day.samples).sum());
        long below = 0;
        for (int number = first; number < end; number++) {
            for (Day day : kept) {
                below += day.in(number);
            }
            if (below >= rank) {
                return OptionalLong.of(upperEndOf(number));
            }
        }
        return OptionalLong.of(upperEndOf(end));
    }

    private static int classOf(long value) {
        return value <= 1 ? 0 : (int) Math.ceil(Math.log((double) value) / WIDTH);
    }

    private static long upperEndOf(int number) {
        return (long) Math.exp(number * WIDTH) + 1;
    }

    /** One day's counts, in a row from the least class to the largest: a pod's use stays within a few hundred of them. */
    private static final class Day {

        private final long number;
        private int first;
        private int[] counts = new int[1];
        private long samples;

        Day(long number, int first) {
            this.number = number;
            this.first = first;
        }

        int end() {
            return first + counts.length;
        }

        int in(int number) {
            return number < first || number >= end() ? 0 : counts[number - first];
        }

        void count(int number) {
            if (number < first) {
                int[] wider = new int[end() - number];
                System.arraycopy(counts, 0, wider, first - number, counts.length);
                counts = wider;
                first = number;
            } else if (number >= end()) {
                counts = Arrays.copyOf(counts, number - first + 1);
            }
            counts[number - first]++;
            samples++;
        }
    }
}
