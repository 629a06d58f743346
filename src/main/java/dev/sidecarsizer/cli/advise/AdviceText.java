package dev.sidecarsizer.cli.advise;

import dev.sidecarsizer.cli.Columns;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.advise.Advised.One;
import dev.sidecarsizer.store.SidecarProfile.Unjudged;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Findings for people: a row each; in the wide form with what they say, and what could not be told. */
record AdviceText(Ink ink, String where, boolean wide) {

    String of(List<Advised> all) {
        List<One> found = Advised.bySize(all);
        long unjudged = all.stream().mapToLong(one -> one.unjudged().size()).sum();
        if (found.isEmpty() && (unjudged == 0 || !wide)) {
            return "No findings in " + where + (unjudged == 0 ? "" : "; " + unjudged + " could not be told: -o wide")
                    + ".\n";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("NAMESPACE", "KIND", "NAME", "FINDING", "SIZE", "PODS", "ALL-PODS", "SAYS"));
        found.forEach(one -> rows.add(row(
                one.of().workload().namespace(),
                one.of().workload().kind(),
                one.of().workload().name(),
                shown(one.finding().kind()),
                one.finding().size() == null ? "-" : one.size().toString(),
                one.of().pods() + "",
                one.finding().size() == null ? "-" : one.ofAll().toString(),
                shown(one.finding().message()))));
        if (wide) {
            all.forEach(one -> one.unjudged().forEach(lacking -> rows.add(unjudged(one, lacking))));
        }
        StringBuilder text = new StringBuilder(Columns.table(rows, ink));
        if (!wide && unjudged > 0) {
            text.append("\nCould not be told for want of evidence: ")
                    .append(unjudged)
                    .append(", see -o wide.\n");
        }
        return text.toString();
    }

    private List<String> unjudged(Advised one, Unjudged lacking) {
        return row(
                one.workload().namespace(),
                one.workload().kind(),
                one.workload().name(),
                shown(lacking.kind()),
                "-",
                one.pods() + "",
                "-",
                "not known, for want of: " + String.join(", ", lacking.lacks() == null ? List.of() : lacking.lacks()));
    }

    private List<String> row(String... cells) {
        List<String> row = List.of(cells);
        return wide ? row : row.subList(0, row.size() - 1);
    }

    private static String shown(@Nullable String text) {
        return Objects.requireNonNullElse(text, "?");
    }
}
