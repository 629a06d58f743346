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
        Setting.between(PREFIX + "read-interval", read, Duration.ofMillis(100), Duration.ofHours(1), "60s");
        Setting.between(PREFIX + "write-interval", keep, Duration.ofMillis(100), Duration.ofHours(6), "15m");
        Setting.between(PREFIX + "stale-after", staleAfter, Duration.ofHours(1), Duration.ofDays(92), "14d");
        Setting.between(PREFIX + "forget-after", forgetAfter, staleAfter, Duration.ofDays(366), "30d");
        Setting.between(PREFIX + "writes-per-second", writesPerSecond, 1, 1000, 50);
    }

    Duration betweenWrites() {
        return Duration.ofSeconds(1).dividedBy(writesPerSecond);
    }

    /** Between two looks at all accounts. */
    Duration betweenPriors() {
        return keep.dividedBy(10);
    }
}
