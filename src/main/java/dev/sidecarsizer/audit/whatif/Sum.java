package dev.sidecarsizer.audit.whatif;

import dev.sidecarsizer.backtest.replay.Figures;

/**
 * What terms would have cost the mesh.
 *
 * @param podWeeks of all pods
 * @param requestGiBHours memory requested over time
 * @param limitGiBHours memory allowed over time
 * @param kills that can be told: of the pod that used the most on its day
 */
public record Sum(double podWeeks, double requestGiBHours, double limitGiBHours, long kills) {

    static final Sum NOTHING = new Sum(0, 0, 0, 0);

    private static final double HOURS_A_WEEK = 168;
    private static final double MILLION = 1e6;

    /** With one workload's more: its pods all cost what the one that is replayed does. */
    Sum and(Figures figures, int pods) {
        return new Sum(
                podWeeks + figures.podWeeks() * pods,
                requestGiBHours + figures.requestGiBHours() * pods,
                limitGiBHours + figures.limitGiBHours() * pods,
                kills + figures.oomKills());
    }

    public double killsPerMillionPodWeeks() {
        return podWeeks == 0 ? 0 : kills / podWeeks * MILLION;
    }

    /** On average over the time that is judged, of {@code weeks}. */
    public double requestGiB(double weeks) {
        return weeks == 0 ? 0 : requestGiBHours / (weeks * HOURS_A_WEEK);
    }

    /** On average over the time that is judged, of {@code weeks}. */
    public double limitGiB(double weeks) {
        return weeks == 0 ? 0 : limitGiBHours / (weeks * HOURS_A_WEEK);
    }
}
