package dev.sidecarsizer.cli;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows in columns two spaces apart, as kubectl writes them. The one place where cells become lines: whatever a stranger wrote
 * into them is {@linkplain Written#printable shown as text}.
 */
public final class Columns {

    private static final String GAP = "  ";

    private Columns() {}

    /** One line a row, each as long as it must be; rows have as many cells as the first. */
    public static List<String> align(List<List<String>> rows) {
        return align(rows, column -> false);
    }

    /**
     * The same, with numbers one under the other.
     *
     * @param numbers which columns end where the others of their column end, and not begin where they begin
     */
    public static List<String> align(List<List<String>> rows, IntPredicate numbers) {
        List<List<String>> shown = rows.stream()
                .map(row -> row.stream().map(Written::printable).toList())
                .toList();
        int columns = shown.isEmpty() ? 0 : shown.getFirst().size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> shown.stream()
                        .mapToInt(row -> width(row.get(column)))
                        .max()
                        .orElse(0))
                .toArray();
        return shown.stream().map(row -> line(row, widths, numbers)).toList();
    }

    private static String line(List<String> row, int[] widths, IntPredicate numbers) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> {
                    String cell = row.get(column);
                    String space = " ".repeat(widths[column] - width(cell));
                    return numbers.test(column) ? space + cell : cell + space;
                })
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
