package dev.sidecarsizer.cli.status;

import dev.sidecarsizer.audit.board.MeshStatus;
import dev.sidecarsizer.audit.board.WorkloadStatus;
import dev.sidecarsizer.audit.board.WorkloadStatus.Standing;
import dev.sidecarsizer.cli.Columns;
import dev.sidecarsizer.cli.Ink;
import dev.sidecarsizer.cli.Written;
import dev.sidecarsizer.guard.Brake;
import dev.sidecarsizer.mesh.Bytes;
import dev.sidecarsizer.mesh.Memory;
import dev.sidecarsizer.mesh.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The mesh for people: sums first, then a row a namespace, or in the wide form a row a workload. */
record StatusText(Ink ink, String where, boolean wide) {

    private static final double GIBI = 1L << 30;

    /** What holds all of it back comes first: nothing else of it is true then. */
    String of(MeshStatus status, Brake brake) {
        return held(brake) + of(status);
    }

    private String held(Brake brake) {
        if (brake.breaker() != null) {
            return ink.bold("The breaker holds all sizing at audit") + ": " + Written.printable(brake.breaker())
                    + "\n  docs/guard.md#the-breaker says how to go on.\n\n";
        }
        return brake.cap() == Mode.ENFORCE
                ? ""
                : ink.bold("The brake lets the installation go no further than " + brake.cap())
                        + ": docs/guard.md#the-brake\n\n";
    }

    private String of(MeshStatus status) {
        if (status.size() == 0) {
            return "No profiles in " + where
                    + ": nothing was learnt there yet, or no pod of it was seen with an istio-proxy.\n";
        }
        List<List<String>> sums = new ArrayList<>();
        sums.add(List.of("workloads", status.size() + "", "with " + count(status.pods(), "pod") + " in " + where));
        sum(sums, "sized", status.in(Standing.SIZED));
        sum(sums, "audited", status.in(Standing.AUDITED));
        sum(sums, "kept", status.in(Standing.KEPT));
        sum(sums, "undecided", status.in(Standing.UNDECIDED));
        sums.add(List.of("OOM kills", status.oomKills() + "", worst(status)));
        memory(sums, status.recommended());
        sums.add(List.of("conditions", "", words(status.conditions())));
        StringBuilder text = new StringBuilder();
        Columns.align(sums).forEach(line -> text.append(line).append('\n'));
        return text.append('\n')
                .append(Columns.table(wide ? workloads(status) : namespaces(status), ink))
                .toString();
    }

    private static void sum(List<List<String>> sums, String name, MeshStatus part) {
        if (part.size() > 0) {
            sums.add(List.of("  " + name, part.size() + "", words(part.reasons())));
        }
    }

    private static void memory(List<List<String>> sums, MeshStatus part) {
        if (part.size() > 0) {
            Memory before = part.before();
            Memory after = part.after();
            String of = " for " + count(part.pods(), "pod") + " of " + count(part.size(), "workload")
                    + " with a recommendation";
            sums.add(List.of(
                    "request",
                    change(before.request(), after.request()),
                    "from " + amount(before.request()) + " to " + amount(after.request()) + of));
            sums.add(List.of(
                    "limit",
                    change(before.limit(), after.limit()),
                    "from " + amount(before.limit()) + " to " + amount(after.limit())));
        }
    }

    private static String worst(MeshStatus status) {
        return status.workloads().stream()
                .filter(one -> one.oomKills() > 0)
                .sorted((a, b) -> Integer.compare(b.oomKills(), a.oomKills()))
                .limit(3)
                .map(one -> one.workload() + " " + one.oomKills())
                .collect(Collectors.joining(", "));
    }

    private static List<List<String>> namespaces(MeshStatus status) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "NAMESPACE",
                "WORKLOADS",
                "PODS",
                "SIZED",
                "AUDITED",
                "KEPT",
                "UNDECIDED",
                "OOM-KILLS",
                "REQUEST",
                "LIMIT"));
        status.byNamespace().forEach((namespace, part) -> {
            MeshStatus known = part.recommended();
            rows.add(List.of(
                    namespace,
                    part.size() + "",
                    part.pods() + "",
                    part.in(Standing.SIZED).size() + "",
                    part.in(Standing.AUDITED).size() + "",
                    part.in(Standing.KEPT).size() + "",
                    part.in(Standing.UNDECIDED).size() + "",
                    part.oomKills() + "",
                    known.size() == 0
                            ? "-"
                            : change(known.before().request(), known.after().request()),
                    known.size() == 0
                            ? "-"
                            : change(known.before().limit(), known.after().limit())));
        });
        return rows;
    }

    private static List<List<String>> workloads(MeshStatus status) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "NAMESPACE",
                "KIND",
                "NAME",
                "PODS",
                "BEFORE",
                "RECOMMENDED",
                "PEAK",
                "OOM-KILLS",
                "STANDING",
                "REASON",
                "CONDITIONS"));
        for (WorkloadStatus one : status.workloads()) {
            rows.add(List.of(
                    one.workload().namespace(),
                    one.workload().kind(),
                    one.workload().name(),
                    one.pods() + "",
                    one.before().toString(),
                    Objects.toString(one.recommended(), "-"),
                    Objects.toString(one.peak(), "-"),
                    one.oomKills() + "",
                    one.standing().name().toLowerCase(Locale.ROOT),
                    one.reason().isEmpty() ? "-" : one.reason(),
                    one.conditions().isEmpty() ? "-" : String.join(",", one.conditions())));
        }
        return rows;
    }

    private static String words(Map<String, Long> counted) {
        return counted.entrySet().stream()
                .filter(one -> !one.getKey().isEmpty())
                .map(one -> one.getKey() + " " + one.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String count(long number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }

    private static String change(@Nullable Bytes before, @Nullable Bytes after) {
        double ratio = (double) Objects.requireNonNull(after).value()
                / Math.max(1, Objects.requireNonNull(before).value());
        return String.format(Locale.ROOT, "%+.0f%%", 100 * (ratio - 1));
    }

    private static String amount(@Nullable Bytes bytes) {
        return String.format(
                Locale.ROOT, "%.1fGi", Objects.requireNonNull(bytes).value() / GIBI);
    }
}
