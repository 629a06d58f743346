package dev.sidecarsizer.cli;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows in columns two spaces apart, as kubectl writes them. */
public final class Columns {

    private static final String GAP = "  ";

    private Columns() {}

    /** One line a row, each as long as it must be; rows have as many cells as the first. */
    public static List<String> align(List<List<String>> rows) {
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> rows.stream()
                        .mapToInt(row -> width(row.get(column)))
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> row.get(column) + " ".repeat(widths[column] - width(row.get(column))))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    /** Lines of a table, each with its end; the first row names the columns. */
    public static String table(List<List<String>> rows, Ink ink) {
        List<String> lines = align(rows);
        StringBuilder text = new StringBuilder(ink.bold(lines.getFirst())).append('\n');
        lines.subList(1, lines.size()).forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
