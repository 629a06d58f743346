package dev.sidecarsizer.backtest.replay;

/**
 * What one strategy would have cost in the part that is judged.
 *
 * @param pods pods judged
 * @param podsAsTheyCame of them, those that the strategy left as they came
 * @param oomKills OOM kills: a pod's use went above its limit; one until it is at the limit or below again
 * @param podsKilled pods with at least one
 * @param podWeeks weeks that pods lived in all
 * @param podWeeksKilled weeks of a pod, counted from its start, with at least one kill
 * @param requestGiBHours memory requested, over time
 * @param limitGiBHours memory allowed, over time
 * @param usedGiBHours memory used, over time
 * @param oracleLimitGiBHours the same limits, had each pod got the most that it would ever use
 * @param hoursAboveRequest hours in which pods used more than their request
 */
public record Figures(
        int pods,
        int podsAsTheyCame,
        int oomKills,
        int podsKilled,
        double podWeeks,
        int podWeeksKilled,
        double requestGiBHours,
        double limitGiBHours,
        double usedGiBHours,
        double oracleLimitGiBHours,
        double hoursAboveRequest) {

    private static final double HOURS_A_WEEK = 168;
    private static final double MILLION = 1e6;

    /** 97.5 % quantile of the normal distribution: intervals of 95 %. */
    private static final double Z = 1.959964;

    public double killsPerMillionPodWeeks() {
        return podWeeks == 0 ? 0 : oomKills / podWeeks * MILLION;
    }

    /** Share of pod-weeks with a kill: what {@code oomRisk} promises. */
    public double killRisk() {
        return trials() == 0 ? 0 : podWeeksKilled / trials();
    }

    /** Lower bound of the risk at 95 %, by Wilson's interval. */
    public double killRiskLow() {
        return trials() == 0 ? 0 : Math.max(0, middle() - reach());
    }

    /** Upper bound of the risk at 95 %, by Wilson's interval. */
    public double killRiskHigh() {
        return trials() == 0 ? 1 : Math.min(1, middle() + reach());
    }

    /** The oracle requests what a pod uses on average: less would be too little, more would be idle. */
    public double oracleRequestGiBHours() {
        return usedGiBHours;
    }

    public double wastedRequestGiBHours() {
        return requestGiBHours - oracleRequestGiBHours();
    }

    public double wastedLimitGiBHours() {
        return limitGiBHours - oracleLimitGiBHours;
    }

    /** Share of the pods' time in which they used more than their request. */
    public double timeAboveRequest() {
        return podWeeks == 0 ? 0 : hoursAboveRequest / (podWeeks * HOURS_A_WEEK);
    }

    /** Pods that live for hours may have more kills than weeks. */
    private double trials() {
        return Math.max(podWeeks, podWeeksKilled);
    }

    private double middle() {
        return (killRisk() + Z * Z / (2 * trials())) / (1 + Z * Z / trials());
    }

    private double reach() {
        double risk = killRisk();
        return Z / (1 + Z * Z / trials()) * Math.sqrt(risk * (1 - risk) / trials() + Z * Z / (4 * trials() * trials()));
    }
}
