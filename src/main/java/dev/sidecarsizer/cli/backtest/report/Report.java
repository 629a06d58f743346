package dev.sidecarsizer.cli.backtest.report;

import java.io.IOException;
import java.io.Writer;

/** A form in which a comparison is written. */
@FunctionalInterface
public interface Report {

    /** Writes it whole; the writer stays open. */
    void write(Comparison comparison, Writer out) throws IOException;
}
