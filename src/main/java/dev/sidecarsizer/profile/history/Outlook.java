package dev.sidecarsizer.profile.history;

import java.util.Arrays;

/**
 * What the highest use of the coming week may be, from the peaks of the days before.
 *
 * <p>The largest of daily peaks have, above a high level, an exponential tail on a logarithmic scale; Hill's estimator is
 * its mean, {@code spread}. Of {@code days} days the highest was {@code highest}; that one of the seven that come exceeds
 * it by a factor {@code exp(x)} then has a chance of about {@code 7 / days · exp(−x / spread)}. So a limit that is
 * exceeded with chance {@code risk} is
 *
 * <pre>{@code highest · exp(spread · (ln(7 / days) + surprise)),   surprise = ln(1 / risk)}</pre>
 *
 * where {@code surprise} is what {@link Calibration} corrects by what the mesh's weeks really did. Assumed is that a
 * coming day is one more draw of those before; what rises is not, so where a {@link Trend} is found, {@code highest} is
 * at least where its line stands in a week.
 *
 * @param highest in bytes
 * @param spread mean excess of the logarithm
 * @param days how many days it stands on
 * @param trend of the daily peaks
 * @see <a href="https://doi.org/10.1214/aos/1176343247">Hill 1975</a>
 */
public record Outlook(double highest, double spread, int days, Trend trend) {

    /** The peaks of two weeks, so that each day of the week is in it twice; what was before is forgotten. */
    static final int DAYS = 14;

    static final int WEEK = 7;

    /** Spread of a workload of which nothing is known, which counts as one more excess. */
    private static final double PRIOR_SPREAD = 0.05;

    /** No more of the largest than a third of all: below, they tell nothing of the tail. */
    private static final int SHARE = 3;

    static Outlook of(DailyPeaks peaks) {
        DailyPeaks.Last last = peaks.last(DAYS);
        Trend trend = Trend.of(peaks.last(DailyPeaks.MOST));
        double[] sorted = last.peaks().clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        int largest = Math.min(n - 1, Math.max(1, n / SHARE));
        double excess = 0;
        for (int i = 0; i < largest; i++) {
            excess += Math.log(sorted[n - 1 - i] / sorted[n - 1 - largest]);
        }
        double spread = (PRIOR_SPREAD + excess) / (1 + largest);
        return new Outlook(Math.max(sorted[n - 1], trend.rises() ? trend.in(WEEK) : 0), spread, n, trend);
    }

    /** The use that is exceeded with chance exp(−{@code surprise}) in the coming week, if all is as assumed; in bytes. */
    double atSurprise(double surprise) {
        return highest * Math.exp(spread * Math.max(0, Math.log((double) WEEK / days) + surprise));
    }

    /** The surprise that a week's peak turned out to be; 0 for what is none. */
    double surpriseOf(double peak) {
        return Math.max(0, Math.log(peak / highest) / spread - Math.log((double) WEEK / days));
    }
}
