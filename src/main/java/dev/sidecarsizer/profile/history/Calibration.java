package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * How much surprise a promised risk takes, by what the mesh's weeks really did. Each past week of each pod is one score:
 * how surprising its peak was to the {@link Outlook} of the days before.
 *
 * <p>With at least {@code 1 / risk} pod-weeks behind it, the answer is the conformal quantile: the score that at most
 * {@code risk} of {@code weeks + 1} exceeded. It needs nothing but that coming weeks are exchangeable with past ones.
 * With fewer it is extrapolated from the scores above {@value #THRESHOLD}, whose excess is taken as exponential; the
 * theory's own tail, with a mean of 1, counts as {@value #PRIOR_WEEKS} weeks more. Pods of one workload have their bad
 * weeks together, so that the number of weeks overstates what is known where few workloads have many pods.
 *
 * @see <a href="https://doi.org/10.1080/01621459.2017.1307116">Distribution-free predictive inference, Lei et al. 2018</a>
 * @see <a href="https://doi.org/10.1214/aos/1176343003">Peaks over threshold, Pickands 1975</a>
 */
public final class Calibration {

    /** Scores of a quarter ago count half: a mesh changes. */
    private static final Duration HALF_LIFE = Duration.ofDays(91);

    static final double THRESHOLD = 1;
    static final double PRIOR_WEEKS = 20;

    /** A chance of one in 500 million: what is more surprising is no more informative. */
    private static final double MOST_SURPRISE = 20;

    /** What may be said of a risk takes three times as many weeks as it takes to see it once. */
    private static final double WEEKS_FOR_A_CLAIM = 3;

    private final DecayingSketch scores;
    private double weeks;
    private Instant asOf;

    public Calibration() {
        this(new DecayingSketch(HALF_LIFE), 0, Instant.EPOCH);
    }

    private Calibration(DecayingSketch scores, double weeks, Instant asOf) {
        this.scores = scores;
        this.weeks = weeks;
        this.asOf = asOf;
    }

    /**
     * Adds one pod's week.
     *
     * @param surprise its score
     * @param exposure which part of a week it ran for
     */
    void add(double surprise, double exposure, Instant at) {
        weeks = weeks(at) + exposure;
        asOf = at;
        scores.add(Math.min(surprise, MOST_SURPRISE), 1, at);
    }

    /** Pod-weeks behind it, those of a quarter ago counted half. */
    public double weeks(Instant now) {
        double age = Duration.between(asOf, now).toSeconds();
        return weeks * Math.pow(2, -Math.max(0, age) / HALF_LIFE.toSeconds());
    }

    /** Whether enough pod-weeks were seen to claim that the risk is kept, and not only to aim at it. */
    public boolean supports(double risk, Instant now) {
        return weeks(now) >= WEEKS_FOR_A_CLAIM / risk;
    }

    /** The surprise that a pod's week exceeds with chance {@code risk}. */
    double surprise(double risk, Instant now) {
        double seen = weeks(now);
        double tolerated = risk * (seen + 1);
        return tolerated >= 1 ? conformal(tolerated, now) : extrapolated(risk, seen, now);
    }

    /** The score with fewer than {@code tolerated} above it, and the sketch's error on top. */
    private double conformal(double tolerated, Instant now) {
        double all = scores.weight(now);
        double q = Math.min(1, Math.max(0, (all + 1 - Math.floor(tolerated)) / all));
        return scores.quantile(q) * (1 + DecayingSketch.RELATIVE_ERROR);
    }

    private double extrapolated(double risk, double seen, Instant now) {
        double expected = PRIOR_WEEKS * Math.exp(-THRESHOLD);
        DecayingSketch.Excess excess = scores.above(THRESHOLD, now);
        double mean = (expected + excess.sum()) / (expected + excess.weight());
        double chance = (expected + excess.weight()) / (PRIOR_WEEKS + seen);
        return Math.max(0, THRESHOLD + mean * Math.log(chance / risk));
    }

    void write(DataOutput out) throws IOException {
        scores.write(out);
        out.writeDouble(weeks);
        out.writeLong(asOf.getEpochSecond());
    }

    static Calibration read(DataInput in) throws IOException {
        DecayingSketch scores = DecayingSketch.read(in, HALF_LIFE);
        double weeks = in.readDouble();
        return new Calibration(scores, weeks, Instant.ofEpochSecond(in.readLong()));
    }

    /** As text, for the object that the mesh's history is. */
    public String encode() {
        return Text.of(this::write);
    }

    /**
     * Reads what {@link #encode()} wrote.
     *
     * @throws HistoryFault where it is none, or of another version
     */
    public static Calibration decode(String text) throws HistoryFault {
        return Text.read(text, Calibration::read);
    }
}
