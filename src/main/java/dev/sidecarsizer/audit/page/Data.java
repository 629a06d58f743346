package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.admission.Judge;
import dev.sidecarsizer.audit.board.Board;
import dev.sidecarsizer.audit.board.Row;
import dev.sidecarsizer.audit.preview.Meanings;
import dev.sidecarsizer.audit.preview.Meanings.Meaning;
import dev.sidecarsizer.audit.whatif.Asked;
import dev.sidecarsizer.audit.whatif.WhatIf;
import dev.sidecarsizer.audit.whatif.WhatIf.State;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.sizing.Decision.Origin;
import dev.sidecarsizer.sizing.Decision.Reason;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Answers what the page asks for: {@code /audit/data/…}, told in {@code docs/audit-page.md}. */
public final class Data implements AutoCloseable {

    private static final Answer UNKNOWN = Answer.fault(
            HttpURLConnection.HTTP_NOT_FOUND,
            "There is no such data. There are mesh, workloads, workload, decisions, terms, what-if and words.");

    private final Workbench bench = new Workbench();
    private final Board board;
    private final Judge judge;
    private final Source source;
    private final WhatIf whatIf;
    private final String namespace;
    private final @Nullable String version;
    private final InstantSource clock;

    /**
     * @param board what is shown
     * @param judge the one that answers reviews
     * @param source where the board has its profiles from
     * @param whatIf is closed with this
     * @param namespace our own
     * @param version ours; {@code null} where no release is run
     */
    public Data(
            Board board,
            Judge judge,
            Source source,
            WhatIf whatIf,
            String namespace,
            @Nullable String version,
            InstantSource clock) {
        this.board = board;
        this.judge = judge;
        this.source = source;
        this.whatIf = whatIf;
        this.namespace = namespace;
        this.version = version;
        this.clock = clock;
    }

    /**
     * An answer, perhaps of a second ago.
     *
     * @param name what follows {@code /audit/data/}
     * @param asked parameters by their names
     */
    Answer answer(String name, Function<String, @Nullable String> asked) throws InterruptedException {
        return switch (name) {
            case "mesh" -> bench.ask(List.of(name), this::mesh);
            case "workloads" -> bench.ask(List.of(name), this::workloads);
            case "decisions" ->
                bench.ask(List.of(name), () -> Answer.of(json -> new DecisionsAnswer(board.rows(), now()).write(json)));
            case "workload" -> {
                String namespace = parameter(asked, "namespace");
                String kind = parameter(asked, "kind");
                String workload = parameter(asked, "name");
                yield bench.ask(List.of(name, namespace, kind, workload), () -> workload(namespace, kind, workload));
            }
            case "terms" -> bench.ask(List.of(name), () -> Answer.of(json -> TermsAnswer.write(json, meshPolicy())));
            case "what-if" -> whatIf(asked);
            case "words" -> bench.ask(List.of(name), () -> Answer.of(Data::words));
            default -> UNKNOWN;
        };
    }

    @Override
    public void close() {
        whatIf.close();
        bench.close();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private Answer mesh() {
        Instant now = now();
        List<Row> rows = board.rows();
        Outlook outlook = Outlook.of(rows, source, now);
        return Answer.of(json ->
                new MeshAnswer(rows, this::mode, outlook, version, judge.cap().get(), source.brake(), now).write(json));
    }

    private Mode mode(Row row) {
        return judge.mode(row.status().workload().namespace());
    }

    private Answer workloads() {
        return Answer.of(json -> {
            new Fields(json).text("asOf", now());
            json.writeArrayPropertyStart("columns");
            Columns.NAMES.forEach(json::writeString);
            json.writeEndArray();
            json.writeArrayPropertyStart("rows");
            board.rows().forEach(row -> Columns.write(json, row, mode(row)));
            json.writeEndArray();
        });
    }

    private Answer workload(String namespace, String kind, String name) {
        Optional<Row> found = board.row(namespace, kind, name);
        if (found.isEmpty() && !source.synced()) {
            return Answer.fault(HttpURLConnection.HTTP_UNAVAILABLE, Outlook.UNREAD);
        }
        if (found.isEmpty()) {
            return Answer.fault(
                    HttpURLConnection.HTTP_NOT_FOUND,
                    "Nothing is known of this workload: no pod of it was seen with an istio-proxy, or it is forgotten.");
        }
        Row row = found.get();
        Preview preview = Preview.of(row.status(), row.told().proxy(), judge);
        return Answer.of(
                json -> new WorkloadAnswer(row, board.parts(row.status().workload()), preview, now()).write(json));
    }

    private Answer whatIf(Function<String, @Nullable String> parameters) {
        Asked asked;
        try {
            asked = Asked.of(parameters, meshPolicy());
        } catch (IllegalArgumentException wrong) {
            return Answer.fault(HttpURLConnection.HTTP_BAD_REQUEST, String.valueOf(wrong.getMessage()));
        }
        State state = whatIf.ask(asked);
        if (state instanceof State.Done done) {
            return Answer.of(json -> new WhatIfAnswer(done.outcome(), namespace, now()).write(json));
        }
        if (state instanceof State.Learning young) {
            return Answer.of(json -> new Fields(json)
                    .text("asOf", now())
                    .text("state", "learning")
                    .number("days", young.days())
                    .number("fewestDays", State.Learning.FEWEST_DAYS));
        }
        return state instanceof State.Impossible impossible
                ? Answer.fault(HttpURLConnection.HTTP_UNAVAILABLE, impossible.why())
                : Answer.later(json -> new Fields(json).number("progress", (Double) ((State.Working) state).share()));
    }

    /** What holds where no namespace, and no label of a pod, says otherwise. */
    private SizingPolicy meshPolicy() {
        return judge.policies().of(namespace, Map.of());
    }

    /** What the words of decisions mean, and what to do about each. */
    private static void words(JsonGenerator json) {
        json.writeObjectPropertyStart("reasons");
        for (Origin origin : Origin.values()) {
            word(json, origin.name());
        }
        for (Reason reason : Reason.values()) {
            word(json, reason.name());
        }
        json.writeEndObject();
    }

    private static void word(JsonGenerator json, String word) {
        Meaning meaning = Meanings.ofReason(word);
        json.writeObjectPropertyStart(word);
        new Fields(json).text("means", meaning.means()).text("remedy", meaning.remedy());
        json.writeEndObject();
    }

    private static String parameter(Function<String, @Nullable String> asked, String name) {
        return Objects.requireNonNullElse(asked.apply(name), "");
    }
}
