package dev.sidecarsizer.audit.page;

import dev.sidecarsizer.audit.board.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How far what is shown can be trusted, and what to do where it cannot.
 *
 * @param notes a sentence or two each
 */
record Outlook(State state, List<String> notes) {

    /** From this age of what we know on it is said that it is old. */
    static final Duration OLD = Duration.ofMinutes(1);

    /** A leader writes what it saw every hour or so; after a day it does not. */
    private static final Duration SILENT = Duration.ofDays(1);

    private static final String STALE = "Stale";

    static final String UNREAD = "Profiles are still being read from the API server. If this stays, see the log of this"
            + " replica: it may lack the right to list them.";

    /** The worst first. */
    enum State {
        DEGRADED,
        EMPTY,
        STALE,
        LEARNING,
        READY
    }

    static Outlook of(List<Row> rows, Source source, Instant now) {
        List<String> notes = new ArrayList<>();
        State state = rows.isEmpty() ? State.EMPTY : State.READY;
        if (!source.synced()) {
            notes.add(UNREAD);
            return new Outlook(State.DEGRADED, notes);
        }
        if (source.age().compareTo(OLD) > 0) {
            state = State.DEGRADED;
            notes.add("The API server has not been heard of for " + words(source.age())
                    + ": what is shown is as old as that. Pods are sized from it meanwhile."
                    + " The log of this replica says why; the metric sidecar_sizer_cache_age_seconds tells when it is"
                    + " over.");
        }
        if (rows.isEmpty()) {
            notes.add(
                    "No workload is known yet. Label a namespace sidecar-sizer.dev/mode=audit: kubectl label namespace"
                            + " NAMESPACE sidecar-sizer.dev/mode=audit. Its workloads with an istio-proxy appear when a pod is"
                            + " created, or within two hours by what they use.");
            return new Outlook(state, notes);
        }
        Optional<Instant> last = rows.stream()
                .map(Row::lastSample)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .max(Comparator.naturalOrder());
        long stale = rows.stream()
                .filter(row -> row.status().conditions().contains(STALE))
                .count();
        long recommended =
                rows.stream().filter(row -> row.status().recommended() != null).count();
        if (last.isPresent() && Duration.between(last.get(), now).compareTo(SILENT) > 0) {
            state = worse(state, State.STALE);
            notes.add("No memory use has been seen since " + last.get() + ": learning has stopped. See"
                    + " sidecar_sizer_learning metrics and the leader's log; is Prometheus reachable?");
        } else if (stale * 2 > rows.size()) {
            state = worse(state, State.STALE);
            notes.add(stale + " of " + rows.size() + " workloads have had no samples for days, and keep what they have."
                    + " Condition Stale of their profiles says since when.");
        }
        if (recommended == 0) {
            state = worse(state, State.LEARNING);
            notes.add("Nothing is recommended yet: a workload is first seen for a day. Until then its pods stay as they"
                    + " come.");
        } else if (recommended * 2 < rows.size()) {
            notes.add((rows.size() - recommended) + " of " + rows.size()
                    + " workloads have no recommendation yet: the sums leave them as they are.");
        }
        return new Outlook(state, notes);
    }

    private static State worse(State one, State other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static String words(Duration age) {
        return age.toHours() > 1 ? age.toHours() + " hours" : Math.max(1, age.toMinutes()) + " min";
    }
}
