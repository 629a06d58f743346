package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.audit.board.Daily;
import dev.sidecarsizer.audit.board.MeshStatus;
import dev.sidecarsizer.audit.board.Row;
import dev.sidecarsizer.audit.board.WorkloadStatus;
import dev.sidecarsizer.audit.board.WorkloadStatus.Standing;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Mode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The mesh at a glance.
 *
 * @param rows all workloads
 * @param modes how far we may go with each
 * @param outlook how far what they say can be trusted
 * @param version ours; {@code null} where no release is run
 * @param cap how far the installation may go
 * @param brake what holds it back
 */
record MeshAnswer(
        List<Row> rows,
        Function<Row, Mode> modes,
        Outlook outlook,
        @Nullable String version,
        Mode cap,
        Brake brake,
        Instant now) {

    private record Cause(long workloads, Bytes size) {

        Cause and(Cause other) {
            return new Cause(workloads + other.workloads, size.plus(other.size));
        }
    }

    void write(JsonGenerator json) {
        MeshStatus mesh = new MeshStatus(rows.stream().map(Row::status).toList());
        Fields fields = new Fields(json);
        fields.text("asOf", now).text("version", version);
        json.writeObjectPropertyStart("mode");
        fields.text("cap", cap);
        if (brake.mode() != Mode.ENFORCE) {
            fields.text("brake", brake.mode()).text("fault", brake.fault());
        }
        fields.text("breaker", brake.breaker());
        json.writeEndObject();
        fields.text("state", Fields.word(outlook.state()));
        json.writeArrayPropertyStart("notes");
        outlook.notes().forEach(json::writeString);
        json.writeEndArray();
        fields.number("workloads", mesh.size())
                .number("pods", mesh.pods())
                .number("namespaces", mesh.byNamespace().size());
        coverage(json, mesh);
        memory(json, mesh);
        fields.number("atRisk", rows.stream().filter(Row::isAtRisk).count()).number("oomKills", mesh.oomKills());
        kills(json);
        causes(json);
        counted(json, "reasons", "reason", mesh.reasons());
        counted(json, "conditions", "type", mesh.conditions());
    }

    /** By how far we may go, by what became of the last pod, and by what became of those that run. */
    private void coverage(JsonGenerator json, MeshStatus mesh) {
        Fields fields = new Fields(json);
        json.writeObjectPropertyStart("coverage");
        for (Mode mode : Mode.values()) {
            List<WorkloadStatus> in = rows.stream()
                    .filter(row -> modes.apply(row) == mode)
                    .map(Row::status)
                    .toList();
            json.writeObjectPropertyStart(mode.toString());
            fields.number("workloads", in.size()).number("pods", new MeshStatus(in).pods());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectPropertyStart("standing");
        for (Standing standing : Standing.values()) {
            fields.number(Fields.word(standing), mesh.in(standing).size());
        }
        json.writeEndObject();
        fields.running(mesh.running());
        fields.number(
                "withdrawn",
                rows.stream().filter(row -> row.status().withdrawn() != null).count());
    }

    private void memory(JsonGenerator json, MeshStatus mesh) {
        Fields fields = new Fields(json);
        json.writeObjectPropertyStart("reserved");
        fields.memory("Before", mesh.before()).memory("Now", mesh.now()).memory("Then", mesh.then());
        json.writeEndObject();
        Bytes peak = Bytes.ZERO;
        for (Row row : rows) {
            Bytes used = row.status().peak();
            peak = used == null ? peak : peak.plus(used.times(row.status().pods()));
        }
        json.writeObjectPropertyStart("used");
        fields.bytes("peak", peak);
        json.writeEndObject();
    }

    /** Of each of the last days that anybody knows of. */
    private void kills(JsonGenerator json) {
        json.writeArrayPropertyStart("kills");
        rows.stream()
                .map(Row::daily)
                .filter(daily -> !daily.isEmpty())
                .map(Daily::through)
                .max(Comparator.naturalOrder())
                .ifPresent(last -> Daily.days(last).forEach(day -> kills(json, day)));
        json.writeEndArray();
    }

    private void kills(JsonGenerator json, LocalDate day) {
        json.writeStartObject();
        new Fields(json)
                .text("day", day)
                .number(
                        "kills",
                        rows.stream().mapToLong(row -> row.daily().kills(day)).sum());
        json.writeEndObject();
    }

    private void causes(JsonGenerator json) {
        Map<String, Cause> causes = new LinkedHashMap<>();
        for (Row row : rows) {
            row.causes()
                    .forEach(cause -> causes.merge(
                            cause.type(), new Cause(1, new Bytes(saturated(cause.size(), row.status()))), Cause::and));
        }
        json.writeArrayPropertyStart("causes");
        causes.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.comparing(Cause::size)
                        .thenComparing(Cause::workloads)
                        .reversed()))
                .forEach(cause -> {
                    json.writeStartObject();
                    new Fields(json)
                            .text("type", cause.getKey())
                            .number("workloads", (Long) cause.getValue().workloads())
                            .bytes("size", cause.getValue().size());
                    json.writeEndObject();
                });
        json.writeEndArray();
    }

    private static long saturated(Bytes size, WorkloadStatus status) {
        return (long) Math.min(Long.MAX_VALUE, (double) size.value() * status.pods());
    }

    private static void counted(JsonGenerator json, String array, String word, Map<String, Long> counts) {
        json.writeArrayPropertyStart(array);
        counts.forEach((each, workloads) -> {
            if (!each.isEmpty()) {
                json.writeStartObject();
                new Fields(json).text(word, each).number("workloads", workloads);
                json.writeEndObject();
            }
        });
        json.writeEndArray();
    }
}
