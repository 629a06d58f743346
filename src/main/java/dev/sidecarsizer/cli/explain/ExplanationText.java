package dev.sidecarsizer.cli.explain;

import dev.sidecarsizer.admission.Judgement;
import dev.sidecarsizer.admission.Judgement.Grounds;
import dev.sidecarsizer.audit.preview.Meanings;
import dev.sidecarsizer.audit.preview.Meanings.Meaning;
import dev.sidecarsizer.audit.preview.Sized;
import dev.sidecarsizer.cli.Columns;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.mesh.EmbeddedJson;
import dev.sidecarsizer.mesh.Mode;
import dev.sidecarsizer.patch.ProxyPatch;
import dev.sidecarsizer.sizing.Decision;
import dev.sidecarsizer.sizing.Decision.Keep;
import dev.sidecarsizer.sizing.Decision.Resize;
import dev.sidecarsizer.sizing.SizingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** An explanation for people: the answer first, then what it was made from. */
record ExplanationText(Ink ink, boolean wide) {

    String of(Explanation explanation) {
        StringBuilder text = new StringBuilder();
        Judgement judgement = explanation.judgement();
        text.append(ink.bold(Written.printable(explanation.subject())))
                .append(": ")
                .append(answer(judgement));
        table(text, "", outcome(explanation));
        List<List<String>> rules = explanation.steps().stream()
                .map(step -> List.of(step.told() ? "*" : " ", step.rule(), rule(step)))
                .toList();
        table(text, "Rules, in the order in which they are asked; * had its way", rules);
        if (explanation.profile() != null) {
            KnownText known = new KnownText(explanation.profile());
            table(text, "Known, from " + explanation.profile().profile().name(), known.rows());
            if (wide) {
                table(text, "Decided so far", known.decisions());
            }
        } else if (judgement.grounds() != null) {
            text.append("\nKnown of this workload: nothing yet.\n");
        }
        return text.toString();
    }

    private static String rule(Step step) {
        String means = step.told() ? Meanings.ofBound(step.rule()).means() : "";
        return means.isEmpty() ? step.says() : means + ": " + step.says();
    }

    private static String answer(Judgement judgement) {
        Decision decision = judgement.decision();
        Meaning meaning = Meanings.of(decision);
        String verb = judgement.mode() == Mode.ENFORCE ? "gets " : "would get ";
        StringBuilder text = new StringBuilder(
                decision instanceof Resize resize
                        ? "istio-proxy " + verb + resize.after() + " (" + resize.reason() + ")\n"
                        : "istio-proxy stays as it is (" + decision.reason() + ")\n");
        sentence(text, meaning.means());
        if (decision instanceof Keep keep && !keep.detail().isEmpty()) {
            sentence(text, "Here: " + Written.printable(keep.detail()));
        }
        if (!meaning.remedy().equals("Nothing")) {
            sentence(text, "What to do: " + meaning.remedy());
        }
        return text.toString();
    }

    private static void sentence(StringBuilder text, String words) {
        text.append("  ").append(words).append(words.endsWith(".") ? "\n" : ".\n");
    }

    private static List<List<String>> outcome(Explanation explanation) {
        Grounds grounds = explanation.judgement().grounds();
        if (grounds == null) {
            return List.of();
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "comes with",
                grounds.before().toString(),
                explanation.assumed()
                        ? "request/limit as its last pod came, or as Istio gives them: no pod of it was looked at"
                                + (explanation.pod().hasLabels()
                                        ? ""
                                        : ", and policies that select by its labels have no say")
                        : "request/limit of "
                                + Written.printable(explanation.pod().name())));
        Sized sized = explanation.sized();
        boolean changes =
                explanation.judgement().decision() instanceof Resize || (sized != null && sized.heap() != null);
        if (sized != null && changes) {
            JsonNode note = note(explanation.judgement().patch());
            boolean real = explanation.judgement().mode() == Mode.ENFORCE;
            rows.add(List.of(real ? "gets" : "would get", sized.memory().toString(), ""));
            rows.add(row(
                    "heap budget",
                    sized.heap() == null ? "-" : (sized.heap().value() >> 20) + "Mi",
                    note.path("overload"),
                    word -> Meanings.ofOverload(word).means()));
            rows.add(row(
                    "idle timeout",
                    sized.idleTimeout() == null ? "-" : sized.idleTimeout(),
                    note.path("idleTimeout"),
                    word -> Meanings.ofIdleTimeout(word).means()));
        }
        rows.add(List.of("policy", grounds.policy().name(), from(grounds)));
        if (grounds.policy().fault() == null) {
            rows.add(List.of("", "", allowed(grounds.policy())));
        }
        boolean braked = explanation.cap() != Mode.ENFORCE;
        rows.add(List.of(
                "mode",
                explanation.judgement().mode().toString(),
                braked ? "the installation goes no further than " + explanation.cap() : ""));
        return rows;
    }

    private static List<String> row(String name, String value, JsonNode word, UnaryOperator<String> meaning) {
        return List.of(name, value, word.isString() ? meaning.apply(word.asString()) : "");
    }

    private static JsonNode note(@Nullable ProxyPatch patch) {
        return patch == null
                ? MissingNode.getInstance()
                : EmbeddedJson.read(patch.note()).orElse(MissingNode.getInstance());
    }

    private static String from(Grounds grounds) {
        String name = grounds.policy().name();
        if (name.equals(SizingPolicy.DEFAULT.name())) {
            return "no SidecarPolicy applies";
        }
        return name.startsWith(grounds.workload().namespace() + "/") ? "the namespace's own" : "the mesh's";
    }

    private static String allowed(SizingPolicy policy) {
        return policy.floor() + " to " + policy.ceiling() + ", headroom " + policy.headroom() + ", "
                + (policy.oomRisk() == null ? "" : "OOM risk " + policy.oomRisk() + " a pod and week, ") + "after "
                + policy.minHistory().toHours() + "h of history";
    }

    private void table(StringBuilder text, String head, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            text.append('\n').append(head.isEmpty() ? "" : ink.bold(head) + "\n");
            Columns.align(rows).forEach(line -> text.append("  ").append(line).append('\n'));
        }
    }
}
