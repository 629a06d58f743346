package dev.sidecarsizer.collect;

import dev.sidecarsizer.mesh.WorkloadKey;
import dev.sidecarsizer.profile.MemoryProfile.Recommendation;
import dev.sidecarsizer.profile.Subject.OfWorkload;
import dev.sidecarsizer.profile.history.Calibration;
import dev.sidecarsizer.profile.history.PastWeek;
import dev.sidecarsizer.profile.history.Recommender;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The mesh's calibration. What is kept of it has all weeks in it that ended until {@code settled}; those that ended later
 * are in the histories, each of which remembers its last. So whichever of the two a leader writes before it dies, the next
 * one counts each week once, as long as the mesh was written in the week after. A week that is read late, of a namespace that
 * opted in after it, is lost where a leader dies between the two.
 */
final class Scoring {

    /** So that leaders who learnt of them in another order come to the same. */
    private static final Comparator<Week> IN_ORDER = Comparator.<Week, Instant>comparing(
                    week -> week.past().at())
            .thenComparing(week -> week.workload().namespace())
            .thenComparing(week -> week.workload().name())
            .thenComparing(week -> week.workload().kind());

    private final List<Week> restored = new ArrayList<>();
    private final List<Week> open = new ArrayList<>();
    private Calibration kept = new Calibration();
    private Instant settled = Instant.EPOCH;
    private @Nullable Calibration all;

    private record Week(WorkloadKey workload, PastWeek past) {}

    /** Takes over what was kept of the mesh. */
    void restore(Calibration calibration, Instant until) {
        kept = calibration;
        settled = until;
        all = null;
    }

    /** No week is settled that ends later, whatever was kept. */
    void settledNoLaterThan(Instant seen) {
        settled = seen.isBefore(settled) ? seen : settled;
    }

    /** Takes over the last week of a kept history, which may be settled. */
    void restore(OfWorkload subject, PastWeek week) {
        restored.add(new Week(subject.workload(), week));
        all = null;
    }

    /** A workload's week is over. It may be long past, where that is read late. */
    void add(OfWorkload subject, PastWeek week) {
        open.add(new Week(subject.workload(), week));
        all = null;
    }

    /** By all weeks that are known. */
    Calibration all() {
        takeOverRestored();
        if (all == null) {
            Calibration copy = kept.copy();
            open.stream().sorted(IN_ORDER).forEach(week -> week.past().tell(copy));
            all = copy;
        }
        return all;
    }

    /** What the account's next pod should get, by these. */
    Optional<Recommendation> recommended(Account account, Instant now) {
        return Recommender.of(account.history, all(), account.history.target(), now)
                .map(memory ->
                        memory.withIdleTimeout(account.present.facts().load().idleTimeout()));
    }

    /**
     * What is to be kept, once all histories are kept until {@code safe}.
     *
     * @return until when all weeks are in {@link #kept()}
     */
    Instant settle(Instant safe) {
        takeOverRestored();
        List<Week> settling = open.stream()
                .filter(week -> !week.past().at().isAfter(safe))
                .sorted(IN_ORDER)
                .toList();
        if (!settling.isEmpty()) {
            settling.forEach(week -> week.past().tell(kept));
            open.removeIf(week -> !week.past().at().isAfter(safe));
            all = null;
        }
        settled = safe.isAfter(settled) ? safe : settled;
        return settled;
    }

    /** The part that is settled. */
    Calibration kept() {
        return kept;
    }

    private void takeOverRestored() {
        restored.stream().filter(week -> week.past().at().isAfter(settled)).forEach(open::add);
        restored.clear();
    }
}
