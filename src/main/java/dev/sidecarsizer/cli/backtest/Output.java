package dev.sidecarsizer.cli.backtest;

import dev.sidecarsizer.cli.backtest.report.Csv;
import dev.sidecarsizer.cli.backtest.report.Json;
import dev.sidecarsizer.cli.backtest.report.Page;
import dev.sidecarsizer.cli.backtest.report.Report;
import dev.sidecarsizer.cli.backtest.report.Table;

/** What {@code -o} can name. */
enum Output {
    TABLE,
    WIDE,
    JSON,
    CSV,
    HTML;

    Report report() {
        return switch (this) {
            case TABLE -> new Table(false);
            case WIDE -> new Table(true);
            case JSON -> new Json();
            case CSV -> new Csv();
            case HTML -> new Page();
        };
    }
}
