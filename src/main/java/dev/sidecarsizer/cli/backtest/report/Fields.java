package dev.sidecarsizer.cli.backtest.report;

import dev.sidecarsizer.backtest.replay.Figures;
import java.util.LinkedHashMap;
import java.util.Map;

/** The figures under the names that scripts know them by: the same in JSON and CSV. */
final class Fields {

    private static final double MILLIONTH = 1e6;

    private Fields() {}

    static Map<String, Number> of(Figures figures) {
        Map<String, Number> fields = new LinkedHashMap<>();
        fields.put("oomKills", figures.oomKills());
        fields.put("podWeeks", rounded(figures.podWeeks()));
        fields.put("requestGiBHours", rounded(figures.requestGiBHours()));
        fields.put("limitGiBHours", rounded(figures.limitGiBHours()));
        fields.put("usedGiBHours", rounded(figures.usedGiBHours()));
        fields.put("oracleRequestGiBHours", rounded(figures.oracleRequestGiBHours()));
        fields.put("oracleLimitGiBHours", rounded(figures.oracleLimitGiBHours()));
        fields.put("wastedRequestGiBHours", rounded(figures.wastedRequestGiBHours()));
        fields.put("wastedLimitGiBHours", rounded(figures.wastedLimitGiBHours()));
        fields.put("killsPerMillionPodWeeks", rounded(figures.killsPerMillionPodWeeks()));
        fields.put("podWeeksKilled", figures.podWeeksKilled());
        fields.put("killRisk", rounded(figures.killRisk()));
        fields.put("killRiskLow", rounded(figures.killRiskLow()));
        fields.put("killRiskHigh", rounded(figures.killRiskHigh()));
        fields.put("pods", figures.pods());
        fields.put("podsKilled", figures.podsKilled());
        fields.put("podsAsTheyCame", figures.podsAsTheyCame());
        fields.put("timeAboveRequest", rounded(figures.timeAboveRequest()));
        return fields;
    }

    private static double rounded(double number) {
        return Math.rint(number * MILLIONTH) / MILLIONTH;
    }
}
