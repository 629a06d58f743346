package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.audit.board.Daily;
import dev.sidecarsizer.audit.board.Row;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Rows of workloads: arrays of cells under names that are said once, since thousands are sent at a time. */
final class Columns {

    private static final Memory UNKNOWN = new Memory(null, null);

    static final List<String> NAMES = List.of(
            "namespace",
            "kind",
            "name",
            "mode",
            "standing",
            "reason",
            "pods",
            "unsized",
            "requestBefore",
            "limitBefore",
            "requestNow",
            "limitNow",
            "requestsNow",
            "requestThen",
            "limitThen",
            "live",
            "peak",
            "oomKills",
            "findings",
            "conditions",
            "daily",
            "lastSeen");

    private Columns() {}

    static void write(JsonGenerator json, Row row, Mode mode) {
        Fields cells = new Fields(json);
        Memory then = Objects.requireNonNullElse(row.status().next(), UNKNOWN);
        json.writeStartArray();
        cells.cell(row.status().workload().namespace())
                .cell(row.status().workload().kind())
                .cell(row.status().workload().name())
                .cell(mode.toString())
                .cell(Fields.word(row.status().standing()))
                .cell(row.status().reason());
        json.writeNumber(row.status().pods());
        json.writeNumber(row.status().running().unsized());
        cells.cell(row.status().before().request())
                .cell(row.status().before().limit())
                .cell(row.status().now().request())
                .cell(row.status().now().limit())
                .cell(row.status().reserved().request())
                .cell(then.request())
                .cell(then.limit())
                .cell(row.live())
                .cell(row.status().peak());
        json.writeNumber(row.status().oomKills());
        words(json, row.causes().stream().map(Row.Cause::type).toList());
        words(json, row.status().conditions());
        daily(json, row.daily());
        cells.cell(text(row.lastSample()));
        json.writeEndArray();
    }

    /** The highest use of each of the last days in MiB, {@code null} for a day without samples. */
    private static void daily(JsonGenerator json, Daily daily) {
        json.writeStartArray();
        for (LocalDate day : daily.days()) {
            if (daily.peak(day) == 0) {
                json.writeNull();
            } else {
                json.writeNumber(daily.peak(day));
            }
        }
        json.writeEndArray();
    }

    private static void words(JsonGenerator json, List<String> words) {
        json.writeStartArray();
        words.forEach(json::writeString);
        json.writeEndArray();
    }

    private static @Nullable String text(@Nullable Object time) {
        return time == null ? null : time.toString();
    }
}
