package dev.sidecarsizer.profile.history;

import java.util.Arrays;

/**
 * Whether daily peaks rise, and by how much: the slope is the median of the slopes between all pairs of days (Theil and
 * Sen), and it counts as a rise where Mann and Kendall's test finds the order of the days too regular for chance, at one
 * in a thousand. Both are indifferent to single outliers.
 *
 * @param bytesPerDay median slope; 0 where no rise is found
 * @param level where the line stands on the last day, in bytes
 * @see <a href="https://doi.org/10.1080/01621459.1968.10480934">Sen 1968</a>
 */
public record Trend(double bytesPerDay, double level) {

    static final Trend NONE = new Trend(0, 0);

    /** With fewer, no order is too regular for chance at that level. */
    private static final int FEWEST_DAYS = 8;

    /** One-sided 0.001 of the normal distribution, which the test's statistic follows from here on well enough. */
    private static final double SIGNIFICANT = 3.09;

    static Trend of(DailyPeaks.Last last) {
        int n = last.size();
        if (n < FEWEST_DAYS) {
            return NONE;
        }
        double[] slopes = new double[n * (n - 1) / 2];
        int pairs = 0;
        int score = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double rise = last.peaks()[j] - last.peaks()[i];
                slopes[pairs++] = rise / (last.days()[j] - last.days()[i]);
                score += (int) Math.signum(rise);
            }
        }
        double deviation = Math.sqrt(n * (n - 1.0) * (2 * n + 5) / 18);
        double slope = median(slopes);
        if (slope <= 0 || (score - 1) / deviation < SIGNIFICANT) {
            return NONE;
        }
        double[] levels = new double[n];
        int lastDay = last.days()[n - 1];
        for (int i = 0; i < n; i++) {
            levels[i] = last.peaks()[i] + slope * (lastDay - last.days()[i]);
        }
        return new Trend(slope, median(levels));
    }

    /** Whether a rise was found. */
    public boolean rises() {
        return bytesPerDay > 0;
    }

    /** Where the line will stand. */
    double in(double daysFromLast) {
        return level + bytesPerDay * daysFromLast;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
