package dev.sidecarsizer.cli.backtest.report;

import dev.sidecarsizer.backtest.replay.Figures;
import dev.sidecarsizer.backtest.replay.Outcome;
import dev.sidecarsizer.cli.Columns;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A table for a terminal; the wide one has more columns, and a row for each workload. */
public final class Table implements Report {

    static final List<String> HEAD = List.of(
            "STRATEGY",
            "OOM KILLS",
            "PODS KILLED",
            "KILLS/M POD-WEEKS",
            "RISK A POD-WEEK (95%)",
            "REQUEST GiB·h",
            "LIMIT GiB·h",
            "LIMIT/ORACLE",
            "ABOVE REQUEST");
    private static final List<String> MORE =
            List.of("PODS", "LEFT AS CAME", "POD-WEEKS", "USED GiB·h", "REQUEST WASTE", "LIMIT WASTE", "WORKLOAD");

    private final boolean wide;

    public Table(boolean wide) {
        this.wide = wide;
    }

    @Override
    public void write(Comparison comparison, Writer out) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        rows.add(wide ? joined(HEAD, MORE) : HEAD);
        for (Outcome outcome : comparison.outcomes()) {
            rows.add(row(outcome.strategy(), outcome.total(), "all"));
        }
        if (wide) {
            for (Outcome outcome : comparison.outcomes()) {
                for (Map.Entry<WorkloadKey, Figures> workload :
                        outcome.workloads().entrySet()) {
                    rows.add(row(
                            outcome.strategy(),
                            workload.getValue(),
                            workload.getKey().toString()));
                }
            }
        }
        out.write(Written.printable(comparison.subject()) + "\n\n");
        int workload = HEAD.size() + MORE.size() - 1;
        out.write(String.join("\n", Columns.align(rows, column -> column != 0 && column != workload)) + "\n");
        Figures any = comparison.outcomes().get(0).total();
        out.write("\n" + Words.count(any.pods()) + " pods judged over " + Words.amount(any.podWeeks())
                + " pod-weeks; they used " + Words.amount(any.usedGiBHours())
                + " GiB·h. An oracle would request that, and limit to "
                + Words.amount(any.oracleLimitGiBHours()) + " GiB·h without a kill.\n");
    }

    /** What stands under {@link #HEAD}. */
    static List<String> cells(String strategy, Figures figures) {
        return List.of(
                strategy,
                Words.count(figures.oomKills()),
                Words.count(figures.podsKilled()),
                Words.whole(figures.killsPerMillionPodWeeks()),
                Words.percent(figures.killRiskLow()) + "–" + Words.percent(figures.killRiskHigh()),
                Words.amount(figures.requestGiBHours()),
                Words.amount(figures.limitGiBHours()),
                Words.times(figures.limitGiBHours(), figures.oracleLimitGiBHours()),
                Words.percent(figures.timeAboveRequest()));
    }

    private List<String> row(String strategy, Figures figures, String workload) {
        List<String> cells = cells(strategy, figures);
        if (!wide) {
            return cells;
        }
        return joined(
                cells,
                List.of(
                        Words.count(figures.pods()),
                        Words.count(figures.podsAsTheyCame()),
                        Words.amount(figures.podWeeks()),
                        Words.amount(figures.usedGiBHours()),
                        Words.amount(figures.wastedRequestGiBHours()),
                        Words.amount(figures.wastedLimitGiBHours()),
                        workload));
    }

    private static List<String> joined(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
