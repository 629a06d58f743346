package dev.sidecarsizer.cli.backtest.report;

import dev.sidecarsizer.backtest.replay.Outcome;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** An array with one object a strategy; names of fields keep their meaning. */
public final class Json implements Report {

    @Override
    public void write(Comparison comparison, Writer out) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Outcome outcome : comparison.outcomes()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("strategy", outcome.strategy());
            row.putAll(Fields.of(outcome.total()));
            rows.add(row);
        }
        out.write(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(rows) + "\n");
    }
}
