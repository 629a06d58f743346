package dev.sidecarsizer.cli.backtest.recording;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/** Rows of a CSV file with a header that has {@code timestamp,workload,pod,bytes} in any order, and maybe more. */
final class CsvRows {

    private static final List<String> COLUMNS = List.of("timestamp", "workload", "pod", "bytes");

    private CsvRows() {}

    /**
     * Reads to the end.
     *
     * @throws IOException where it cannot be read, is no CSV, or lacks a column
     */
    static void read(InputStream file, Reading into) throws IOException {
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .detectBomHeader(true)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .ofCsvRecord(file, StandardCharsets.UTF_8)) {
            Iterator<CsvRecord> rows = reader.iterator();
            if (!rows.hasNext()) {
                throw new IOException("it is empty: its first line must be the header " + String.join(",", COLUMNS));
            }
            int[] places = places(rows.next().getFields());
            while (rows.hasNext()) {
                take(rows.next(), places, into);
            }
        }
    }

    private static void take(CsvRecord row, int[] places, Reading into) {
        for (int place : places) {
            if (place >= row.getFieldCount()) {
                into.shortRow();
                return;
            }
        }
        into.row(row.getField(places[0]), row.getField(places[1]), row.getField(places[2]), row.getField(places[3]));
    }

    private static int[] places(List<String> header) throws IOException {
        int[] places = new int[COLUMNS.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = header.indexOf(COLUMNS.get(i));
            if (places[i] < 0) {
                throw new IOException("its header \"" + String.join(",", header) + "\" lacks the column "
                        + COLUMNS.get(i) + ": it must have " + String.join(",", COLUMNS));
            }
        }
        return places;
    }
}
