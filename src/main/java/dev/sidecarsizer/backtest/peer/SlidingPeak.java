package dev.sidecarsizer.backtest.peer;

import java.util.ArrayDeque;
import java.util.Deque;

/** The highest of the last samples, exactly, and how many there were, to the hour. */
final class SlidingPeak {

    private static final long HOUR = 3_600;

    private final long history;

    /** Falling values: whatever is below a later one can never be the highest again. */
    private final Deque<Sample> peaks = new ArrayDeque<>();

    private final Deque<Count> counts = new ArrayDeque<>();
    private long samples;

    /** @param history seconds after which a sample is forgotten */
    SlidingPeak(long history) {
        this.history = history;
    }

    void add(long second, long value) {
        while (!peaks.isEmpty() && peaks.getLast().value() <= value) {
            peaks.removeLast();
        }
        peaks.addLast(new Sample(second, value));
        count(second / HOUR);
    }

    private void count(long hour) {
        Count last = counts.peekLast();
        if (last == null || last.hour() != hour) {
            counts.addLast(new Count(hour, 1));
        } else {
            counts.removeLast();
            counts.addLast(new Count(hour, last.samples() + 1));
        }
        samples++;
    }

    /** How many there were in the last hours. */
    long samples(long now) {
        while (!counts.isEmpty() && (counts.getFirst().hour() + 1) * HOUR <= now - history) {
            samples -= counts.removeFirst().samples();
        }
        return samples;
    }

    /** The highest that is not forgotten, 0 where there is none. */
    long most(long now) {
        while (!peaks.isEmpty() && peaks.getFirst().second() < now - history) {
            peaks.removeFirst();
        }
        return peaks.isEmpty() ? 0 : peaks.getFirst().value();
    }

    private record Sample(long second, long value) {}

    private record Count(long hour, long samples) {}
}
