package dev.sidecarsizer.cli.backtest.report;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.sidecarsizer.backtest.replay.Figures;
import dev.sidecarsizer.backtest.replay.Outcome;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.mesh.WorkloadKey;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One row a strategy with an empty workload, then one a strategy and workload. */
public final class Csv implements Report {

    @Override
    public void write(Comparison comparison, Writer out) throws IOException {
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
        List<String> head = new ArrayList<>(List.of("strategy", "workload"));
        head.addAll(Fields.of(comparison.outcomes().get(0).total()).keySet());
        csv.writeRecord(head);
        for (Outcome outcome : comparison.outcomes()) {
            csv.writeRecord(row(outcome.strategy(), "", outcome.total()));
        }
        for (Outcome outcome : comparison.outcomes()) {
            for (Map.Entry<WorkloadKey, Figures> workload : outcome.workloads().entrySet()) {
                csv.writeRecord(row(
                        outcome.strategy(), Written.printable(workload.getKey().toString()), workload.getValue()));
            }
        }
        csv.flush();
    }

    private static List<String> row(String strategy, String workload, Figures figures) {
        List<String> row = new ArrayList<>(List.of(strategy, workload));
        Fields.of(figures).values().forEach(value -> row.add(value.toString()));
        return row;
    }
}
