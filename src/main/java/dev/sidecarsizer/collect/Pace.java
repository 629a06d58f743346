package dev.sidecarsizer.collect;

import java.time.Duration;

/**
 * How often things are done.
 *
 * @param read time between two readings of the source
 * @param keep least time between two writes of one workload's history and profile
 * @param writesPerSecond how many workloads are written in a second, at most
 * @param staleAfter without samples for so long, a profile is stale
 * @param forgetAfter without samples for so long, a history is deleted
 */
public record Pace(Duration read, Duration keep, int writesPerSecond, Duration staleAfter, Duration forgetAfter) {

    /** What the properties' names begin with. */
    public static final String PREFIX = "sidecar-sizer.collect.";

    public Pace {
        between("read-interval", read, Duration.ofMillis(100), Duration.ofHours(1), "60s");
        between("write-interval", keep, Duration.ofMillis(100), Duration.ofHours(6), "15m");
        between("stale-after", staleAfter, Duration.ofHours(1), Duration.ofDays(92), "14d");
        between("forget-after", forgetAfter, staleAfter, Duration.ofDays(366), "30d");
        if (writesPerSecond < 1 || writesPerSecond > 1000) {
            throw new IllegalArgumentException(
                    PREFIX + "writes-per-second " + writesPerSecond + ": must be from 1 to 1000, for example 50");
        }
    }

    Duration betweenWrites() {
        return Duration.ofSeconds(1).dividedBy(writesPerSecond);
    }

    private static void between(String name, Duration value, Duration least, Duration most, String example) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(PREFIX + name + " " + value + ": must be from " + least + " to " + most
                    + ", for example " + example);
        }
    }
}
