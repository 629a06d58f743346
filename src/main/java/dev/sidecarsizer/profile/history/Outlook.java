package dev.sidecarsizer.profile.history;

import java.util.Arrays;

/**
 * What the highest use of the coming week may be, from the peaks of the days before.
 *
 * <p>Peaks above a high level are taken to have an exponential tail, whose mean, as a share of {@code highest}, is
 * {@code spread}. Of {@code days} days the highest was {@code highest}; that one of the seven that come exceeds it by a
 * share {@code x} then has a chance of about {@code 7 / days · exp(−x / spread)}. So a use that is exceeded with chance
 * {@code risk} is
 *
 * <pre>{@code highest · (1 + spread · (ln(7 / days) + surprise)),   surprise = ln(1 / risk)}</pre>
 *
 * where {@code surprise} is what {@link Calibration} corrects by what the mesh's weeks really did.
 *
 * <p>Two estimates of the spread are averaged: how far the largest third of the days lie above the next; and how far the
 * maxima of the first and the second half of them lie apart, which for two such maxima is {@code 2 ln 2} spreads on
 * average. The first alone takes a memory that climbs between restarts, and comes no higher each time, for one that may
 * climb on. No spread is below {@value #LEAST_SPREAD}: who was quiet may still surprise.
 *
 * <p>Assumed is that a coming day is one more draw of those before. What rises is not: where a {@link Trend} is found,
 * days are measured from its line, and {@code highest} is at least where the line stands in a week.
 *
 * @param highest in bytes
 * @param spread mean excess, as a share of {@code highest}
 * @param days how many whole days it stands on
 * @param trend of the daily peaks
 * @see <a href="https://doi.org/10.1214/aos/1176343003">Peaks over threshold, Pickands 1975</a>
 */
public record Outlook(double highest, double spread, int days, Trend trend) {

    /** The peaks of two weeks, so that each day of the week is in it twice; what was before is forgotten. */
    static final int DAYS = 14;

    static final int WEEK = 7;

    private static final double LEAST_SPREAD = 0.02;

    /** No more of the largest than a third of all: below, they tell nothing of the tail. */
    private static final int SHARE = 3;

    /**
     * @param days how many days have passed since the first of them began, of more than {@value #DAYS} no matter how many
     */
    static Outlook of(DailyPeaks peaks, int days) {
        DailyPeaks.Last last = peaks.last(DAYS);
        Trend trend = Trend.of(peaks.last(DailyPeaks.MOST));
        int n = last.size();
        double most = Arrays.stream(last.peaks()).max().orElse(0);
        double[] shares = new double[n];
        for (int i = 0; i < n; i++) {
            double daysAgo = last.days()[n - 1] - last.days()[i];
            shares[i] = last.peaks()[i] / Math.max(1, trend.rises() ? trend.in(-daysAgo) : most);
        }
        double spread = LEAST_SPREAD + (tail(shares) + halves(shares)) / 2;
        return new Outlook(Math.max(most, trend.in(WEEK)), spread, Math.min(n, days), trend);
    }

    /** The mean distance of the largest from the next. */
    private static double tail(double[] shares) {
        double[] sorted = shares.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        int largest = Math.max(1, n / SHARE);
        double sum = 0;
        for (int i = 1; i <= largest; i++) {
            sum += sorted[n - i] - sorted[n - 1 - largest];
        }
        return sum / largest;
    }

    private static double halves(double[] shares) {
        int middle = shares.length / 2;
        return Math.abs(most(shares, 0, middle) - most(shares, middle, shares.length)) / (2 * Math.log(2));
    }

    private static double most(double[] shares, int from, int to) {
        return Arrays.stream(shares, from, to).max().orElse(0);
    }

    /** The same, where half of the spread is that of others. */
    Outlook leaningOn(double others) {
        return new Outlook(highest, (spread + others) / 2, days, trend);
    }

    /** The use that is exceeded with chance exp(−{@code surprise}) in the coming week, if all is as assumed; in bytes. */
    double atSurprise(double surprise) {
        return highest * (1 + spread * Math.max(0, Math.log((double) WEEK / days) + surprise));
    }

    /** The surprise that a week's peak turned out to be; 0 for what is none. */
    double surpriseOf(double peak) {
        return Math.max(0, (peak / highest - 1) / spread - Math.log((double) WEEK / days));
    }
}
