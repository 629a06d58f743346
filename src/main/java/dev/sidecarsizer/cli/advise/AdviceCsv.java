package dev.sidecarsizer.cli.advise;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.cli.advise.Advised.One;
import dev.sidecarsizer.mesh.Bytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Findings for a spreadsheet: a row each, memory in bytes, empty where it is not known. */
final class AdviceCsv {

    private AdviceCsv() {}

    static void write(Iterable<One> found, PrintWriter out) {
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
        csv.writeRecord(
                "namespace",
                "kind",
                "name",
                "finding",
                "confidence",
                "bytes",
                "pods",
                "bytes_of_all_pods",
                "since",
                "message");
        for (One one : found) {
            boolean sized = one.finding().size() != null;
            csv.writeRecord(
                    said(one.of().workload().namespace()),
                    said(one.of().workload().kind()),
                    said(one.of().workload().name()),
                    said(one.finding().kind()),
                    said(one.finding().confidence()),
                    sized ? bytes(one.size()) : "",
                    String.valueOf(one.of().pods()),
                    sized ? bytes(one.ofAll()) : "",
                    said(one.finding().since()),
                    said(one.finding().message()));
        }
        try {
            csv.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String bytes(Bytes memory) {
        return String.valueOf(memory.value());
    }

    /** A spreadsheet takes what begins with one of these for a formula. */
    private static String said(@Nullable String text) {
        String plain = text == null ? "" : Written.printable(text);
        return plain.matches("[=+@-].*") ? "'" + plain : plain;
    }
}
