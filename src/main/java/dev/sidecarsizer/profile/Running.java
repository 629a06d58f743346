package dev.sidecarsizer.profile;

/**
 * The pods of a workload whose proxies run, by what became of them when they were created.
 *
 * @param sized by us, not by their owner's word
 * @param kept as they came, and would be if they were created now
 * @param missed not sized, though they would have been, had we been asked
 * @param earlier not sized, and would be if they were created now
 * @param byNet of those that were sized: by the safety net, while nobody of ours answered
 * @param misfits of those that have an overload manager of ours: with another limit than it was written for
 */
public record Running(int sized, int kept, int missed, int earlier, int byNet, int misfits) {

    /** None of them runs. */
    public static final Running NONE = new Running(0, 0, 0, 0, 0, 0);

    /** Both together. */
    public Running plus(Running other) {
        return new Running(
                sized + other.sized,
                kept + other.kept,
                missed + other.missed,
                earlier + other.earlier,
                byNet + other.byNet,
                misfits + other.misfits);
    }

    /** All of them. */
    public int pods() {
        return sized + kept + unsized();
    }

    /** Those that are not as they would be if they were created now. */
    public int unsized() {
        return missed + earlier;
    }
}
