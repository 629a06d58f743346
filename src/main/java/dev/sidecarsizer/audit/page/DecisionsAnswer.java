package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.audit.board.Row;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.store.SidecarProfile.Decision;
import dev.sidecarsizer.store.SidecarProfile.Resources;
import dev.sidecarsizer.store.StoredProfile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What admission decided last, over all workloads, the newest first. */
record DecisionsAnswer(List<Row> rows, Instant now) {

    /** How many are told. */
    static final int MOST = 1000;

    private record Decided(WorkloadKey workload, Decision decision, Instant at) {}

    void write(JsonGenerator json) {
        new Fields(json).text("asOf", now);
        json.writeArrayPropertyStart("rows");
        newest().forEach(one -> {
            json.writeStartObject();
            new Fields(json)
                    .text("namespace", one.workload().namespace())
                    .text("kind", one.workload().kind())
                    .text("name", one.workload().name());
            write(json, one.decision());
            json.writeEndObject();
        });
        json.writeEndArray();
    }

    /** A decision's own fields. */
    static void write(JsonGenerator json, Decision decision) {
        new Fields(json)
                .text("mode", decision.mode())
                .text("decision", decision.decision())
                .text("reason", decision.reason());
        memory(json, "before", decision.before());
        memory(json, "after", decision.after());
        new Fields(json).number("count", decision.count()).text("lastSeen", Row.instant(decision.lastSeen()));
    }

    private static void memory(JsonGenerator json, String name, @Nullable Resources memory) {
        if (memory != null) {
            json.writeObjectPropertyStart(name);
            new Fields(json)
                    .bytes("request", Bytes.orNull(memory.memoryRequest()))
                    .bytes("limit", Bytes.orNull(memory.memoryLimit()));
            json.writeEndObject();
        }
    }

    /** A workload's last decision stands in its row: only of as many as could be told are all read. */
    private List<Decided> newest() {
        List<Decided> all = new ArrayList<>();
        rows.stream()
                .filter(row -> row.lastDecision() != null)
                .sorted(Comparator.comparing(DecisionsAnswer::last).reversed())
                .limit(MOST)
                .forEach(row -> StoredProfile.present(row.told().decisions())
                        .forEach(decision -> all.add(new Decided(
                                row.status().workload(),
                                decision,
                                Objects.requireNonNullElse(Row.instant(decision.lastSeen()), Instant.EPOCH)))));
        return all.stream()
                .sorted(Comparator.comparing(Decided::at)
                        .reversed()
                        .thenComparing(one -> one.workload().toString())
                        .thenComparing(one -> String.valueOf(one.decision().reason())))
                .limit(MOST)
                .toList();
    }

    private static Instant last(Row row) {
        return Objects.requireNonNull(row.lastDecision());
    }
}
