package dev.sidecarsizer.profile.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;

/**
 * How much surprise a promised risk takes, by what the mesh's weeks really did. Each past week of each pod is one score:
 * how surprising its peak was to the {@link Outlook} of the days before. Outlooks on less than a week are another matter,
 * and have scores of their own.
 *
 * <p>Two weeks tell little of how wild a workload is, and who was quiet may be so no longer: half of its spread is its
 * own, and half the mesh's average.
 *
 * <p>Pods of one workload have their bad weeks together, so that the number of weeks overstates what is known where few
 * workloads have many pods.
 */
public final class Calibration {

    /** What may be said of a risk takes three times as many weeks as it takes to see it once. */
    private static final double WEEKS_FOR_A_CLAIM = 3;

    private static final double PRIOR_SPREAD = 0.02;
    private static final int PRIOR_OUTLOOKS = 10;

    /** From here on the average forgets the oldest as fast as it takes in new ones. */
    private static final int MOST_OUTLOOKS = 5000;

    private final Scores young;
    private final Scores grown;
    private double spread = PRIOR_SPREAD;
    private int outlooks = PRIOR_OUTLOOKS;

    public Calibration() {
        this(new Scores(), new Scores());
    }

    private Calibration(Scores young, Scores grown) {
        this.young = young;
        this.grown = grown;
    }

    /** One that goes its own way from here on. */
    public Calibration copy() {
        Calibration copy = new Calibration(young.copy(), grown.copy());
        copy.spread = spread;
        copy.outlooks = outlooks;
        return copy;
    }

    /**
     * Adds one pod's week.
     *
     * @param outlook as it was at its beginning
     * @param peak highest use in it, in bytes
     * @param exposure which part of a week it ran for
     */
    void add(Outlook outlook, double peak, double exposure, Instant at) {
        if (!isYoung(outlook)) {
            outlooks = Math.min(outlooks + 1, MOST_OUTLOOKS);
            spread += (outlook.spread() - spread) / outlooks;
        }
        scores(outlook).add(outlook.leaningOn(spread).surpriseOf(peak), exposure, at);
    }

    /** The use that a pod exceeds in the coming week with chance {@code risk}; in bytes. */
    double limit(Outlook outlook, double risk, Instant now) {
        return outlook.leaningOn(spread).atSurprise(scores(outlook).surprise(risk, now));
    }

    private Scores scores(Outlook outlook) {
        return isYoung(outlook) ? young : grown;
    }

    private static boolean isYoung(Outlook outlook) {
        return outlook.days() < Outlook.WEEK;
    }

    /** Pod-weeks behind it that had a week or more before them, those of a quarter ago counted half. */
    public double weeks(Instant now) {
        return grown.weeks(now);
    }

    /** Whether enough pod-weeks were seen to claim that the risk is kept, and not only to aim at it. */
    public boolean supports(double risk, Instant now) {
        return weeks(now) >= WEEKS_FOR_A_CLAIM / risk;
    }

    void write(DataOutput out) throws IOException {
        young.write(out);
        grown.write(out);
        out.writeDouble(spread);
        out.writeInt(outlooks);
    }

    static Calibration read(DataInput in) throws IOException {
        Scores young = Scores.read(in);
        Calibration calibration = new Calibration(young, Scores.read(in));
        calibration.spread = in.readDouble();
        calibration.outlooks = in.readInt();
        return calibration;
    }
}
