package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * The surprises of past weeks, and what surprise a risk therefore takes.
 *
 * <p>With a few times {@code 1 / risk} pod-weeks behind it, the answer is the conformal quantile: the score that {@code risk}
 * of {@code weeks + 1} exceeded, less what luck may have added to these, so that nine meshes of ten keep the promise and
 * not every other. It needs nothing but that coming weeks are exchangeable with past ones.
 * With fewer it is extrapolated from the scores above {@value #THRESHOLD}, whose excess is taken as exponential; the
 * theory's own tail, with a mean of 1, counts as {@value #PRIOR_WEEKS} weeks more.
 *
 * @see <a href="https://doi.org/10.1080/01621459.2017.1307116">Distribution-free predictive inference, Lei et al. 2018</a>
 * @see <a href="https://proceedings.mlr.press/v25/vovk12.html">Conditional validity, Vovk 2012</a>
 * @see <a href="https://doi.org/10.1214/aos/1176343003">Peaks over threshold, Pickands 1975</a>
 */
final class Scores {

    /** Scores of a quarter ago count half: a mesh changes. */
    private static final Duration HALF_LIFE = Duration.ofDays(91);

    private static final double THRESHOLD = 1;
    private static final double PRIOR_WEEKS = 10;

    /** One-sided 0.1 of the normal distribution. */
    private static final double NINE_OF_TEN = 1.28;

    /** With fewer weeks above it, a score is more luck than quantile. */
    private static final double FEWEST_EXPECTED = 6;

    /** One week that nobody could foresee does not make all others' tails as long. */
    private static final double MOST_EXCESS = 7;

    /** Far beyond any risk that can be promised; a lower cap would break the promise for tails heavier than exponential. */
    private static final double MOST_SURPRISE = 24;

    private final DecayingSketch surprises;
    private double weeks;
    private Instant asOf = Instant.EPOCH;

    Scores() {
        this(new DecayingSketch(HALF_LIFE));
    }

    private Scores(DecayingSketch surprises) {
        this.surprises = surprises;
    }

    Scores copy() {
        Scores copy = new Scores(surprises.copy());
        copy.weeks = weeks;
        copy.asOf = asOf;
        return copy;
    }

    /** Adds one, also an older one than the last: of what is new to us, the past comes late. */
    void add(double surprise, double exposure, Instant at) {
        Instant latest = at.isAfter(asOf) ? at : asOf;
        weeks = weeks(latest) + exposure * share(at, latest);
        asOf = latest;
        surprises.add(Math.min(surprise, MOST_SURPRISE), 1, at);
    }

    /** Pod-weeks behind it, those of a quarter ago counted half. */
    double weeks(Instant now) {
        return weeks * share(asOf, now);
    }

    /** What is left of one that is so old. */
    private static double share(Instant at, Instant now) {
        double age = Duration.between(at, now).toSeconds();
        return Math.pow(2, -Math.max(0, age) / HALF_LIFE.toSeconds());
    }

    /** The surprise that a pod's week exceeds with chance {@code risk}. */
    double surprise(double risk, Instant now) {
        double seen = weeks(now);
        double expected = risk * (seen + 1);
        if (expected >= FEWEST_EXPECTED) {
            return conformal(expected, now);
        }
        double extrapolated = extrapolated(risk, seen, now);
        // a smaller risk never takes less than the smallest that the scores alone can tell
        return seen + 1 < FEWEST_EXPECTED ? extrapolated : Math.max(extrapolated, conformal(FEWEST_EXPECTED, now));
    }

    /** The score with fewer above it than {@code expected} less luck, and the sketch's error on top. */
    private double conformal(double expected, Instant now) {
        double tolerated = expected - NINE_OF_TEN * Math.sqrt(expected);
        double all = surprises.weight(now);
        double q = Math.min(1, Math.max(0, (all + 1 - Math.floor(tolerated)) / all));
        return surprises.quantile(q) * (1 + DecayingSketch.RELATIVE_ERROR);
    }

    private double extrapolated(double risk, double seen, Instant now) {
        double expected = PRIOR_WEEKS * Math.exp(-THRESHOLD);
        DecayingSketch.Excess excess = surprises.above(THRESHOLD, MOST_EXCESS, now);
        double mean = (expected + excess.sum()) / (expected + excess.weight());
        double chance = (expected + excess.weight()) / (PRIOR_WEEKS + seen);
        return Math.max(0, THRESHOLD + mean * Math.log(chance / risk));
    }

    void write(DataOutput out) throws IOException {
        surprises.write(out);
        out.writeDouble(weeks);
        out.writeLong(asOf.getEpochSecond());
    }

    static Scores read(DataInput in) throws IOException {
        Scores read = new Scores(DecayingSketch.read(in, HALF_LIFE));
        read.weeks = in.readDouble();
        read.asOf = Instant.ofEpochSecond(in.readLong());
        return read;
    }
}
