package dev.sidecarsizer.backtest.peer;

/**
 * VPA's decaying histogram of memory peaks: classes that grow by 5 % from 10 MB, weights that halve each day.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler/pkg/recommender/util">its
 *     source</a>: {@code decaying_histogram.go}, {@code histogram.go}, {@code histogram_options.go}
 */
final class PeakHistogram {

    private static final double LARGEST = 1e12;
    private static final double FIRST = 1e7;
    private static final double RATIO = 1.05;
    private static final int BUCKETS = (int) Math.ceil(log(LARGEST * (RATIO - 1) / FIRST + 1)) + 1;
    private static final double LEAST_WEIGHT = 0.001 * 0.1;
    private static final double HALF_LIFE = 86_400;
    private static final int LARGEST_EXPONENT = 100;

    private final double[] weights = new double[BUCKETS];
    private double total;
    private int least = BUCKETS - 1;
    private int most;

    /** Second in whose terms weights are given, a multiple of the half-life; the year 1 in the source. */
    private double reference = Double.NEGATIVE_INFINITY;

    void add(long bytes, long second) {
        int bucket = bucketOf(bytes);
        double weight = weightAt(second);
        weights[bucket] += weight;
        total += weight;
        if (weights[bucket] >= LEAST_WEIGHT) {
            least = Math.min(least, bucket);
            most = Math.max(most, bucket);
        }
    }

    void subtract(long bytes, long second) {
        int bucket = bucketOf(bytes);
        double weight = weightAt(second);
        total = less(total, weight);
        weights[bucket] = less(weights[bucket], weight);
        narrow();
    }

    /** The upper end of the class in which the percentile lies; 0 where there is nothing. */
    double percentile(double share) {
        if (isEmpty()) {
            return 0;
        }
        double threshold = share * total;
        double sum = 0;
        int bucket = least;
        for (; bucket < most; bucket++) {
            sum += weights[bucket];
            if (sum >= threshold) {
                break;
            }
        }
        return startOf(Math.min(bucket + 1, BUCKETS - 1));
    }

    boolean isEmpty() {
        return weights[least] < LEAST_WEIGHT;
    }

    private double weightAt(long second) {
        if (second > reference + HALF_LIFE * LARGEST_EXPONENT) {
            rebase(second);
        }
        return Math.pow(2, (second - reference) / HALF_LIFE);
    }

    /** Moves the reference to the nearest multiple of the half-life, so that weights stay within a double. */
    private void rebase(long second) {
        double moved = Math.floor(second / HALF_LIFE + 0.5) * HALF_LIFE;
        double factor = reference == Double.NEGATIVE_INFINITY ? 0 : Math.pow(2, (reference - moved) / HALF_LIFE);
        for (int bucket = least; bucket <= most; bucket++) {
            weights[bucket] *= factor;
        }
        total *= factor;
        reference = moved;
        narrow();
    }

    private void narrow() {
        while (weights[least] < LEAST_WEIGHT && least < BUCKETS - 1) {
            least++;
        }
        while (weights[most] < LEAST_WEIGHT && most > 0) {
            most--;
        }
    }

    private static double less(double value, double part) {
        double rest = value - part;
        return rest < LEAST_WEIGHT ? 0 : rest;
    }

    private static int bucketOf(long bytes) {
        return bytes < FIRST ? 0 : Math.min((int) log(bytes * (RATIO - 1) / FIRST + 1), BUCKETS - 1);
    }

    private static double startOf(int bucket) {
        return FIRST * (Math.pow(RATIO, bucket) - 1) / (RATIO - 1);
    }

    private static double log(double value) {
        return Math.log(value) / Math.log(RATIO);
    }
}
