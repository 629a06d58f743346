package dev.sidecarsizer.backtest.replay;

/** Adds up what pods cost under one strategy. */
final class Tally {

    private static final double SECONDS_A_WEEK = 604_800;
    private static final double SECONDS_AN_HOUR = 3_600;
    private static final double GIBIBYTE = 1L << 30;

    private int pods;
    private int podsAsTheyCame;
    private int oomKills;
    private int podsKilled;
    private int podWeeksKilled;
    private long seconds;
    private long secondsAboveRequest;
    private double requestByteSeconds;
    private double limitByteSeconds;
    private double usedByteSeconds;
    private double oracleByteSeconds;

    void add(Trial trial) {
        pods++;
        podsAsTheyCame += trial.isAsItCame() ? 1 : 0;
        oomKills += trial.kills();
        podsKilled += trial.kills() > 0 ? 1 : 0;
        podWeeksKilled += trial.weeksKilled();
        seconds += trial.seconds();
        secondsAboveRequest += trial.secondsAboveRequest();
        requestByteSeconds += (double) trial.request() * trial.seconds();
        limitByteSeconds += (double) trial.limit() * trial.seconds();
        usedByteSeconds += trial.usedByteSeconds();
        oracleByteSeconds += (double) trial.peak() * trial.seconds();
    }

    Figures figures() {
        return new Figures(
                pods,
                podsAsTheyCame,
                oomKills,
                podsKilled,
                seconds / SECONDS_A_WEEK,
                podWeeksKilled,
                gibibyteHours(requestByteSeconds),
                gibibyteHours(limitByteSeconds),
                gibibyteHours(usedByteSeconds),
                gibibyteHours(oracleByteSeconds),
                secondsAboveRequest / SECONDS_AN_HOUR);
    }

    private static double gibibyteHours(double byteSeconds) {
        return byteSeconds / GIBIBYTE / SECONDS_AN_HOUR;
    }
}
