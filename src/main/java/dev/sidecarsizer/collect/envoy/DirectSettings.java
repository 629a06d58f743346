package dev.sidecarsizer.collect.envoy;

import dev.sidecarsizer.collect.Setting;
import java.time.Duration;

/**
 * How usage is read without a Prometheus.
 *
 * @param interval between two lists of the metrics API, from 5 s to 5 min
 * @param window length of a window, from 1 min to 1 h, at least two intervals; windows end at multiples of it
 * @param port of the proxies' statistics
 * @param podsPerMinute most proxies whose statistics are read in a minute, from 0, which is none, to 600
 * @param podsPerWorkload most proxies of one workload whose statistics are read, from 1 to 10
 */
public record DirectSettings(Duration interval, Duration window, int port, int podsPerMinute, int podsPerWorkload) {

    /** Thirty seconds, ten minutes, and Istio's port; a proxy a second, two of a workload. */
    public static final DirectSettings DEFAULT =
            new DirectSettings(Duration.ofSeconds(30), Duration.ofMinutes(10), 15090, 60, 2);

    /** What the properties' names begin with. */
    public static final String PREFIX = "sidecar-sizer.collect.direct.";

    public DirectSettings {
        Setting.between(PREFIX + "interval", interval, Duration.ofSeconds(5), Duration.ofMinutes(5), "30s");
        Setting.between(PREFIX + "window", window, Duration.ofMinutes(1), Duration.ofHours(1), "10m");
        if (window.compareTo(interval.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(PREFIX + "window " + window + ": must be at least two of " + PREFIX
                    + "interval, " + interval + ", for example 10m and 30s");
        }
        Setting.between(PREFIX + "port", port, 1, 65_535, 15_090);
        Setting.between(PREFIX + "pods-per-minute", podsPerMinute, 0, 600, 60);
        Setting.between(PREFIX + "pods-per-workload", podsPerWorkload, 1, 10, 2);
    }
}
