package dev.sidecarsizer.backtest.replay;

import dev.sidecarsizer.mesh.Bytes;

/**
 * One pod with the memory that one strategy gave it.
 *
 * <p>A sample stands for the time until the next one. Above the limit the kernel kills, the container restarts inside its
 * pod with the same limit; while use stays above the limit that is the same kill.
 */
final class Trial {

    private static final long SECONDS_A_WEEK = 604_800;

    private final long start;
    private final long request;
    private final long limit;
    private final boolean asItCame;
    private boolean above;
    private int kills;
    private int weeksKilled;
    private long lastWeekKilled = -1;
    private long seconds;
    private long secondsAboveRequest;
    private double usedByteSeconds;
    private long peak;

    /**
     * @param start second in which it starts to count
     * @param asItCame whether the strategy left it as it came
     */
    Trial(long start, Bytes request, Bytes limit, boolean asItCame) {
        this.start = start;
        this.request = request.value();
        this.limit = limit.value();
        this.asItCame = asItCame;
    }

    /**
     * Takes a sample.
     *
     * @param lasts seconds for which it stands
     * @return whether it kills
     */
    boolean take(long second, Bytes use, long lasts) {
        long bytes = use.value();
        seconds += lasts;
        usedByteSeconds += (double) bytes * lasts;
        peak = Math.max(peak, bytes);
        if (bytes > request) {
            secondsAboveRequest += lasts;
        }
        boolean kills = bytes > limit && !above;
        above = bytes > limit;
        if (kills) {
            count(second);
        }
        return kills;
    }

    private void count(long second) {
        kills++;
        long week = (second - start) / SECONDS_A_WEEK;
        if (week != lastWeekKilled) {
            weeksKilled++;
            lastWeekKilled = week;
        }
    }

    boolean isAsItCame() {
        return asItCame;
    }

    int kills() {
        return kills;
    }

    int weeksKilled() {
        return weeksKilled;
    }

    long seconds() {
        return seconds;
    }

    long secondsAboveRequest() {
        return secondsAboveRequest;
    }

    double usedByteSeconds() {
        return usedByteSeconds;
    }

    /** The most that it used: what an oracle would have given it. */
    long peak() {
        return peak;
    }

    long request() {
        return request;
    }

    long limit() {
        return limit;
    }
}
