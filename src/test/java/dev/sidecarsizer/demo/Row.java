package dev.sidecarsizer.demo;

import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one pod's proxy.
 *
 * @param before memory that Istio gave it
 * @param after memory that it got, or in audit would have got; {@code null} where it stays
 * @param heap Envoy's heap budget that was written; {@code null} for none
 * @param idle the idle timeout that was written, such as {@code 300s}; empty for none
 * @param why the decision's words
 */
record Row(
        String namespace,
        Mode mode,
        String workload,
        Memory before,
        @Nullable Memory after,
        @Nullable Bytes heap,
        String idle,
        String why) {

    private static final List<String> HEADER =
            List.of("NAMESPACE", "MODE", "WORKLOAD", "BEFORE", "AFTER", "HEAP", "IDLE", "WHY");

    /** Rows as {@code kubectl get} would print them: columns by width, two spaces apart. */
    static String table(List<Row> rows) {
        List<List<String>> lines = new ArrayList<>(List.of(HEADER));
        rows.forEach(row -> lines.add(row.cells()));
        StringBuilder table = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder("  ");
            for (int column = 0; column < line.size(); column++) {
                text.append(line.get(column))
                        .append(" "
                                .repeat(width(lines, column) - line.get(column).length() + 2));
            }
            table.append(text.toString().stripTrailing()).append('\n');
        }
        return table.toString();
    }

    private List<String> cells() {
        String became = after == null ? "stays" : mode == Mode.AUDIT ? "(" + after + ")" : after.toString();
        return List.of(
                namespace,
                mode.toString(),
                workload,
                before.toString(),
                became,
                heap == null ? "-" : (heap.value() >> 20) + "Mi",
                idle.isEmpty() ? "-" : idle,
                why);
    }

    private static int width(List<List<String>> lines, int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }
}
