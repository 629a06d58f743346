package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.advice.Kind;
import dev.sidecarsizer.audit.board.Board.Part;
import dev.sidecarsizer.audit.board.Daily;
import dev.sidecarsizer.audit.board.Row;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.profile.Autoscaler;
import dev.sidecarsizer.profile.Verdict.Withdraw;
import dev.sidecarsizer.store.SidecarProfile;
import dev.sidecarsizer.store.SidecarProfile.Condition;
import dev.sidecarsizer.store.SidecarProfile.Finding;
import dev.sidecarsizer.store.SidecarProfile.Observed;
import dev.sidecarsizer.store.SidecarProfile.Proxy;
import dev.sidecarsizer.store.SidecarProfile.Recommendation;
import dev.sidecarsizer.store.SidecarProfile.Status;
import dev.sidecarsizer.store.StoredProfile;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * All that is known of one workload.
 *
 * @param parts of it
 * @param preview what a new pod of it would get
 */
record WorkloadAnswer(Row row, List<Part> parts, Preview preview, Instant now) {

    void write(JsonGenerator json) {
        Status status = row.told();
        Fields fields = new Fields(json);
        fields.text("asOf", now)
                .text("namespace", row.status().workload().namespace())
                .text("kind", row.status().workload().kind())
                .text("name", row.status().workload().name())
                .text("profile", row.object())
                .text("standing", Fields.word(row.status().standing()))
                .text("reason", row.status().reason())
                .number("pods", row.status().pods())
                .memory("Before", row.status().before())
                .memory("Now", row.status().now())
                .memory("Then", preview.next(row.status()))
                .bytes("live", row.live())
                .bytes("peak", row.status().peak())
                .number("oomKills", row.status().oomKills())
                .text("lastSeen", row.lastSample());
        fields.running(row.status().running());
        guard(json);
        observed(json, "observed", status.observed());
        proxy(json, status.proxy());
        autoscalers(json, status);
        facts(json, status.facts());
        daily(json);
        recommendation(json, status.recommendation());
        parts(json);
        json.writeArrayPropertyStart("decisions");
        StoredProfile.present(status.decisions()).forEach(decision -> {
            json.writeStartObject();
            DecisionsAnswer.write(json, decision);
            json.writeEndObject();
        });
        json.writeEndArray();
        findings(json, status);
        conditions(json, status);
        preview.write(json);
        json.writeArrayPropertyStart("commands");
        Commands.of(row).forEach(command -> {
            json.writeStartObject();
            new Fields(json).text("what", command.what()).text("command", command.line());
            json.writeEndObject();
        });
        json.writeEndArray();
    }

    /** What the guard has against sizing it; it decides what a new pod gets, and is told there too. */
    private void guard(JsonGenerator json) {
        Withdraw withdrawn = row.status().withdrawn();
        if (withdrawn != null) {
            json.writeObjectPropertyStart("withdrawn");
            new Fields(json)
                    .text("why", withdrawn.why())
                    .text("since", withdrawn.since())
                    .text("until", withdrawn.until())
                    .number("times", withdrawn.times());
            json.writeEndObject();
        }
    }

    private static void observed(JsonGenerator json, String name, @Nullable Observed observed) {
        if (observed != null) {
            json.writeObjectPropertyStart(name);
            new Fields(json)
                    .bytes("p50", Bytes.orNull(observed.p50()))
                    .bytes("p90", Bytes.orNull(observed.p90()))
                    .bytes("p99", Bytes.orNull(observed.p99()))
                    .bytes("peak", Bytes.orNull(observed.peak()))
                    .bytes("live", Bytes.orNull(observed.live()))
                    .number("days", observed.days())
                    .number("samples", observed.samples())
                    .number("pods", observed.pods())
                    .number("oomKills", observed.oomKills())
                    .bytes("oomLimit", Bytes.orNull(observed.oomLimit()))
                    .text("lastSample", Row.instant(observed.lastSample()));
            json.writeEndObject();
        }
    }

    private static void proxy(JsonGenerator json, @Nullable Proxy proxy) {
        if (proxy != null) {
            json.writeObjectPropertyStart("proxy");
            new Fields(json)
                    .text("version", proxy.version())
                    .text("image", proxy.image())
                    .number("concurrency", proxy.concurrency())
                    .flag("nativeSidecar", proxy.nativeSidecar())
                    .flag("rawTcp", proxy.rawTcp());
            json.writeEndObject();
        }
    }

    private static void autoscalers(JsonGenerator json, Status status) {
        json.writeArrayPropertyStart("autoscalers");
        for (Autoscaler one : StoredProfile.autoscalers(status)) {
            json.writeStartObject();
            new Fields(json).text("kind", one.kind()).text("name", one.name()).text("does", one.does());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void facts(JsonGenerator json, SidecarProfile.@Nullable Facts facts) {
        if (facts != null) {
            json.writeObjectPropertyStart("facts");
            new Fields(json)
                    .bytes("allocated", Bytes.orNull(facts.allocated()))
                    .bytes("heap", Bytes.orNull(facts.heap()))
                    .bytes("physical", Bytes.orNull(facts.physical()))
                    .bytes("agent", Bytes.orNull(facts.agent()))
                    .number("connections", facts.connections())
                    .number("requestRate", facts.requestRate())
                    .number("clusters", facts.clusters())
                    .number("shedding", facts.shedding())
                    .number("pressure", facts.pressure())
                    .number("shrinksPerHour", facts.shrinksPerHour());
            json.writeArrayPropertyStart("destinations");
            StoredProfile.present(facts.destinations()).forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void daily(JsonGenerator json) {
        Daily daily = row.daily();
        json.writeArrayPropertyStart("daily");
        for (LocalDate day : daily.days()) {
            json.writeStartObject();
            Fields fields = new Fields(json).text("day", day);
            if (daily.peak(day) > 0) {
                fields.number("peak", (Long) ((long) daily.peak(day) << 20));
            }
            fields.number("kills", daily.kills(day));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void recommendation(JsonGenerator json, @Nullable Recommendation recommendation) {
        if (recommendation != null) {
            json.writeObjectPropertyStart("recommendation");
            new Fields(json)
                    .bytes("memoryRequest", Bytes.orNull(recommendation.memoryRequest()))
                    .bytes("memoryLimit", Bytes.orNull(recommendation.memoryLimit()))
                    .text("idleTimeout", recommendation.idleTimeout());
            json.writeEndObject();
        }
    }

    private void parts(JsonGenerator json) {
        json.writeArrayPropertyStart("parts");
        for (Part part : parts) {
            Status status = part.told();
            json.writeStartObject();
            new Fields(json)
                    .text("revision", part.subject().revision())
                    .number("concurrency", part.subject().concurrency())
                    .text("since", Daily.of(status.observed()).first().orElse(null));
            observed(json, "observed", status.observed());
            recommendation(json, status.recommendation());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void findings(JsonGenerator json, Status status) {
        json.writeArrayPropertyStart("findings");
        for (Finding finding : StoredProfile.present(status.findings())) {
            json.writeStartObject();
            new Fields(json)
                    .text("type", finding.kind())
                    .bytes("size", Bytes.orNull(finding.size()))
                    .text("confidence", finding.confidence())
                    .text("message", finding.message())
                    .text("since", Row.instant(finding.since()));
            json.writeArrayPropertyStart("evidence");
            StoredProfile.present(finding.evidence()).forEach(evidence -> {
                json.writeStartObject();
                new Fields(json)
                        .text("what", evidence.what())
                        .text("value", evidence.value())
                        .text("source", evidence.source());
                json.writeEndObject();
            });
            json.writeEndArray();
            new Fields(json).text("fix", fix(finding)).text("page", page(finding.kind()));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("unjudged");
        StoredProfile.present(status.unjudged()).forEach(unjudged -> {
            json.writeStartObject();
            new Fields(json).text("type", unjudged.kind());
            json.writeArrayPropertyStart("missing");
            StoredProfile.present(unjudged.lacks()).forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        });
        json.writeEndArray();
    }

    /** A profile keeps none that is long, and half a resource is none. */
    private String fix(Finding finding) {
        return Objects.requireNonNullElseGet(
                finding.fix(),
                () -> "kubectl sidecar-sizer advise -n "
                        + Commands.quoted(row.status().workload().namespace())
                        + " -o yaml # longer than what a profile keeps");
    }

    private static @Nullable String page(@Nullable String kind) {
        return kind == null ? null : Kind.named(kind).map(Kind::page).orElse(null);
    }

    private static void conditions(JsonGenerator json, Status status) {
        json.writeArrayPropertyStart("conditions");
        for (Condition condition : StoredProfile.present(status.conditions())) {
            json.writeStartObject();
            new Fields(json)
                    .text("type", condition.type())
                    .text("status", condition.status())
                    .text("reason", condition.reason())
                    .text("message", condition.message())
                    .text("lastTransitionTime", Row.instant(condition.lastTransitionTime()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
