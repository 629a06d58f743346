package dev.sidecarsizer.profile.history;

/**
 * What a slower scrape overlooks. Memory is measured every 10 s at best (the kubelet's housekeeping); where samples are
 * further apart, the top of a short burst may lie between them.
 *
 * <p>Of real Envoys with bursts of 10 s to 3 minutes, whose allocators gave memory back, a scrape every 20, 60, 300 and
 * 600 s saw the day's peak (to 2 %) on 97.5, 88, 75 and 72 % of days: all but a line over the logarithm, which is what
 * stands here, on its lower side. Others saw more; an Envoy that keeps what it took is seen as well by the hour. If
 * one peak in four is not seen, so is one in four of those above a limit: a limit that is seen to be exceeded with
 * chance {@code risk · seen} is exceeded with chance {@code risk}. ({@code bench/backtest/generate.py seen})
 */
final class Scrape {

    private static final double BEST = 10;
    private static final double OVERLOOKED = 0.07;

    private Scrape() {}

    /** The share of daily peaks that is seen. */
    static double seen(double secondsApart) {
        return 1 - OVERLOOKED * Math.max(0, Math.log(secondsApart / BEST));
    }
}
